"""The form with which documents come in: files, or a pasted text."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from webapp.workspace.file_words import FileError
from webapp.workspace.formats.limits import DEFAULT_LIMITS
from webapp.workspace.formats.problem import Problem
from webapp.workspace.formats.registry import FORMATS
from webapp.workspace.languages import language_label
from webapp.workspace.models import Project
from webapp.workspace.services.importing_many import IncomingFile

MAX_PASTED_CHARS = 200_000
MAX_DOCUMENTS = 50  # of one sending: files times languages


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Some files, or none."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        files = data if isinstance(data, list | tuple) else [data]
        # An empty file is refused later, by its name.
        return [file for file in files if file]


class ImportForm(forms.Form):
    max_bytes = DEFAULT_LIMITS.max_bytes  # of each file; the page warns by it

    file = FilesField(label=_("Files"), required=False)
    text = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=MAX_PASTED_CHARS,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    name = forms.CharField(
        label=pgettext_lazy("of a document", "Name"),
        help_text=_("Its ending says what it is, as in page.md. Without one: text."),
        max_length=255,
        required=False,
    )
    target_language = forms.MultipleChoiceField(
        label=_("Translate into"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one language.")},
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: "MultiValueDict[str, Any] | None" = None,
        *,
        project: Project,
    ) -> None:
        super().__init__(data, files)
        self.fields["file"].widget.attrs["accept"] = ",".join(endings())
        languages = self.fields["target_language"]
        assert isinstance(languages, forms.ChoiceField)
        languages.choices = [
            (tag, language_label(tag)) for tag in project.target_languages
        ]
        if len(project.target_languages) == 1:
            languages.initial = project.target_languages

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("file") and not data.get("text") and not self.errors:
            raise forms.ValidationError(_("Choose a file, or paste a text."))
        if len(self.given(data)) * len(data.get("target_language", ())) > MAX_DOCUMENTS:
            raise forms.ValidationError(
                _("These are more than %(limit)s documents. Send them in parts.")
                % {"limit": MAX_DOCUMENTS}
            )
        return data

    def given(self, data: Mapping[str, Any] | None = None) -> list[IncomingFile]:
        """Files and pasted text, as named."""
        data = self.cleaned_data if data is None else data
        given = [
            IncomingFile(file.name or "", partial(_read, file))
            for file in data.get("file") or ()
        ]
        if text := data.get("text"):
            name = data.get("name") or "text.txt"
            name = name if "." in name else f"{name}.txt"
            content = text.replace("\r\n", "\n").encode()
            given.append(IncomingFile(name, lambda: content))
        return given


def endings() -> list[str]:
    """Of all files that are read here, in order."""
    return sorted({ending for one in FORMATS for ending in one.extensions})


def _read(file: "UploadedFile[Any]") -> bytes:
    """Raises FileError for one that is too large to be worth reading."""
    size, limit = file.size or 0, DEFAULT_LIMITS.max_bytes
    if size > limit:
        raise FileError(Problem.TOO_LARGE, {"size": size, "limit": limit})
    file.seek(0)
    return bytes(file.read())
