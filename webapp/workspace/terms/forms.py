"""The form of a term, with its translations."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from webapp.workspace.file_form import LanguageField
from webapp.workspace.models import Term, TermTarget
from webapp.workspace.terms.services import TargetDraft, TermDraft

LEAST_TARGETS = 3  # rows that are there to be filled
SPARE_TARGETS = 2
ALLOWED, PREFERRED, FORBIDDEN = "allowed", "preferred", "forbidden"
_USES = [
    (ALLOWED, pgettext_lazy("translation of a term", "Allowed")),
    (PREFERRED, pgettext_lazy("translation of a term", "Preferred")),
    (FORBIDDEN, pgettext_lazy("translation of a term", "Forbidden")),
]


class TermForm(forms.Form):
    text = forms.CharField(label=_("Term"), max_length=200)
    language = LanguageField(label=_("Its language"), initial="en")
    is_untranslatable = forms.BooleanField(label=_("Do not translate"), required=False)
    is_case_sensitive = forms.BooleanField(
        label=_("Upper and lower case matter"), required=False
    )
    explanation = forms.CharField(
        label=_("Explanation"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, term: Term | None = None
    ) -> None:
        targets = list(term.targets.order_by("language", "pk")) if term else []
        super().__init__(data, initial=_initial(term, targets))
        self.count = max(LEAST_TARGETS, len(targets) + SPARE_TARGETS)
        for number in range(1, self.count + 1):
            self._add_target(number)

    def _add_target(self, number: int) -> None:
        fields = {
            "language": LanguageField(label=_("Language"), required=False),
            "text": forms.CharField(
                label=_("Translation"), max_length=200, required=False
            ),
            "use": forms.ChoiceField(label=_("Use"), choices=_USES, required=False),
        }
        for name, field in fields.items():
            self.fields[f"target_{name}_{number}"] = field

    def target_rows(self) -> Iterator[list[forms.BoundField]]:
        """Language, translation and use of each."""
        for number in range(1, self.count + 1):
            names = ("language", "text", "use")
            yield [self[f"target_{name}_{number}"] for name in names]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for number in range(1, self.count + 1):
            text = data.get(f"target_text_{number}")
            name = f"target_language_{number}"
            if text and name not in self.errors and not data.get(name):
                self.add_error(name, _("In which language?"))
        return data

    def draft(self) -> TermDraft:
        data = self.cleaned_data
        targets = [
            TargetDraft(
                data[f"target_text_{number}"],
                data[f"target_language_{number}"],
                is_forbidden=data[f"target_use_{number}"] == FORBIDDEN,
                is_preferred=data[f"target_use_{number}"] == PREFERRED,
            )
            for number in range(1, self.count + 1)
            if data[f"target_text_{number}"]
        ]
        return TermDraft(
            data["text"],
            data["language"],
            targets,
            is_untranslatable=data["is_untranslatable"],
            is_case_sensitive=data["is_case_sensitive"],
            explanation=data["explanation"],
        )


def _initial(term: Term | None, targets: list[TermTarget]) -> dict[str, Any]:
    if term is None:
        return {}
    initial: dict[str, Any] = {
        "text": term.text,
        "language": term.language,
        "is_untranslatable": term.is_untranslatable,
        "is_case_sensitive": term.is_case_sensitive,
        "explanation": term.explanation,
    }
    for number, target in enumerate(targets, start=1):
        initial[f"target_language_{number}"] = target.language
        initial[f"target_text_{number}"] = target.text
        initial[f"target_use_{number}"] = _use(target)
    return initial


def _use(target: TermTarget) -> str:
    if target.is_forbidden:
        return FORBIDDEN
    return PREFERRED if target.is_preferred else ALLOWED
