"""The form of a file of terms or of a memory."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from webapp.workspace.formats.languages import language_tag
from webapp.workspace.formats.limits import DEFAULT_LIMITS


class LanguageField(forms.CharField):
    """A BCP 47 tag, in its usual form. Its page includes language/tags.html."""

    widget = forms.TextInput(attrs={"list": "language-tags", "autocomplete": "off"})

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_length=35,
            validators=[
                RegexValidator(
                    r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$",
                    _("Give a language tag such as “de” or “zh-Hans”."),
                )
            ],
            **options,
        )

    def clean(self, value: Any) -> str:
        return language_tag(super().clean(value))


class FileForm(forms.Form):
    """A file of terms or of a memory, and its languages."""

    file = forms.FileField(label=_("File"))
    source_language = LanguageField(label=_("From"), initial="en")
    target_language = LanguageField(label=_("Into"))

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > DEFAULT_LIMITS.max_bytes:
            limit = DEFAULT_LIMITS.max_bytes // 2**20
            raise forms.ValidationError(
                _("The file is too large: at most %(limit)s MB are read."),
                params={"limit": limit},
            )
        return file
