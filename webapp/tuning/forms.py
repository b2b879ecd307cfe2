"""What an administrator fills in to start a job."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from webapp.tuning.data_files import FORMATS
from webapp.tuning.models import ModelVersion
from webapp.tuning.selectors import TunedModel

METHODS = [
    ("lora", _("An adapter: quick, and careful with what the model knows")),
    ("full", _("All weights: for small models and much data")),
]


class JobForm(forms.Form):
    base = forms.ChoiceField(label=_("Model to train"))
    data_set = forms.FileField(
        label=_("Data set"),
        help_text=_(
            "Pairs as TSV or TMX for a model that translates; JSON lines with messages,"
            " or prompt and answer, for one that chats. A tenth is held out to compare"
            " old and new."
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(FORMATS)}),
    )
    direction = forms.CharField(
        label=_("Direction"),
        required=False,
        max_length=5,
        help_text=_("Of pairs, like en-fr, unless the file's name says it."),
    )
    method = forms.ChoiceField(label=_("What is trained"), choices=METHODS)
    epochs = forms.IntegerField(
        label=_("How often it reads the data"), min_value=1, max_value=100, initial=3
    )

    def __init__(self, *args: Any, models: list[TunedModel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._versions = {
            str(version.pk): version for model in models for version in model.versions
        }
        field = self.fields["base"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [choice for model in models for choice in _choices(model)]

    def values(self) -> dict[str, Any]:
        """As `job_start` takes them."""
        data = self.cleaned_data
        base: ModelVersion | None = self._versions.get(data["base"])
        return {
            "model": base.model if base else data["base"],
            "base": base,
            "data_name": data["data_set"].name,
            "data": data["data_set"].chunks(),
            "direction": data["direction"].strip().lower(),
            "settings": {"method": data["method"], "epochs": data["epochs"]},
        }


def _choices(model: TunedModel) -> list[tuple[str, str]]:
    """What serves comes first, because that is what most people want to improve."""
    shipped = (model.name, _("%(model)s, as shipped") % {"model": model.name})
    versions = sorted(model.versions, key=lambda v: v.pk != _promoted_pk(model))
    named = [(str(v.pk), _named(v)) for v in versions]
    return [*named, shipped] if model.promoted else [shipped, *named]


def _promoted_pk(model: TunedModel) -> object:
    return model.promoted.pk if model.promoted else None


def _named(version: ModelVersion) -> str:
    return _("%(model)s, version %(number)s (%(state)s)") % {
        "model": version.model,
        "number": version.number,
        "state": version.get_state_display().lower(),
    }
