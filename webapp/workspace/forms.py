"""The form of a project."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from webapp.accounts.models import Team
from webapp.common.errors import ApplicationError
from webapp.generation.selectors import models_offered
from webapp.workspace.language_choices import language_choices
from webapp.workspace.models import Project
from webapp.workspace.services.projects import ProjectValues, language_checked


class ProjectForm(forms.Form):
    """Languages by their names; what is not on the list, by its tag."""

    team = forms.ChoiceField(label=_("Team"), required=False)
    name = forms.CharField(label=pgettext_lazy("of a project", "Name"), max_length=120)
    source_language = forms.ChoiceField(label=_("Translate from"), initial="en")
    target_languages = forms.MultipleChoiceField(
        label=_("Translate into"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    other_languages = forms.CharField(
        label=_("Languages that are not on the list"),
        help_text=_("Their tags, such as gsw or pt-AO, with commas between them."),
        required=False,
        max_length=500,
    )
    model = forms.ChoiceField(label=_("Model"))
    formality = forms.ChoiceField(
        label=_("Formality"), choices=Project.Formality.choices, required=False
    )
    instructions = forms.CharField(
        label=_("Instructions"),
        help_text=_("What the texts are about, who reads them, in which tone."),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    uses_memory = forms.BooleanField(
        label=_("Take exact matches of the memory before a model is asked"),
        required=False,
        initial=True,
    )
    may_approve_own = forms.BooleanField(
        label=_("Reviewers may approve what they translated themselves"),
        required=False,
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        project: Project | None = None,
        teams: Sequence[Team] = (),
    ) -> None:
        """teams: in which the person may begin a project, the usual one first."""
        super().__init__(data, initial=_initial(project))
        self._offer_teams(teams)
        source = [project.source_language] if project else []
        targets = project.target_languages if project else []
        self._choice("source_language").choices = language_choices(source)
        self._choice("target_languages").choices = language_choices(targets)
        self._choice("model").choices = _models(project)

    def chosen_team(self) -> UUID:
        return UUID(self.cleaned_data["team"])

    def values(self) -> ProjectValues:
        names = ProjectValues.__dataclass_fields__
        data = {name: self.cleaned_data[name] for name in names}
        targets = [*data["target_languages"], *self.cleaned_data["other_languages"]]
        return ProjectValues(**{**data, "target_languages": targets})

    def clean_other_languages(self) -> list[str]:
        tags = self.cleaned_data["other_languages"].replace(",", " ").split()
        try:
            return [language_checked(tag) for tag in tags]
        except ApplicationError as error:
            raise forms.ValidationError(str(error.message)) from error

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        targets = data.get("target_languages", [])
        if not targets and not data.get("other_languages", ["?"]):
            self.add_error(
                "target_languages", _("Choose at least one language to translate into.")
            )
        if data.get("source_language") in targets:
            self.add_error(
                "target_languages", _("The source language cannot be a target too.")
            )
        return data

    def _choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field

    def _offer_teams(self, teams: Sequence[Team]) -> None:
        if not teams:
            del self.fields["team"]
            return
        field = self._choice("team")
        field.choices = [(str(team.pk), team.name) for team in teams]
        field.required = True
        field.initial = str(teams[0].pk)
        if len(teams) == 1:
            field.widget = forms.HiddenInput()


def _models(project: Project | None) -> list[tuple[str, str]]:
    """Those that there are, and in words which are not ready; a project's own stays
    when the settings do not name it any more."""
    choices = [(offer.name, offer.text) for offer in models_offered()]
    if project is not None and project.model not in dict(choices):
        gone = _("%(model)s (no longer here)") % {"model": project.model}
        choices.append((project.model, str(gone)))
    return choices


def _initial(project: Project | None) -> dict[str, Any]:
    if project is None:
        return {"model": _translator()}
    names = [name for name in ProjectValues.__dataclass_fields__]
    return {name: getattr(project, name) for name in names}


def _translator() -> str | None:
    """A model made for it goes first; None: whatever is first in the list."""
    names = (offer.name for offer in models_offered() if offer.reads_one_message)
    return next(names, None)
