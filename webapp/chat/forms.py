"""The form of a preset, examples and all."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from webapp.chat.models import Preset

LEAST_EXAMPLES = 3  # fields that are there to be filled
SPARE_EXAMPLES = 1
_SAMPLING = ("temperature", "top_p", "max_tokens")


class PresetForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("of a preset", "Name"), max_length=80)
    instructions = forms.CharField(
        label=_("Instructions"),
        help_text=_("What the model is told before the first message."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    temperature = forms.FloatField(
        label=_("Temperature"), min_value=0, max_value=2, required=False
    )
    top_p = forms.FloatField(label="Top-p", min_value=0, max_value=1, required=False)
    max_tokens = forms.IntegerField(label=_("Most tokens"), min_value=1, required=False)
    is_shared = forms.BooleanField(label=_("Share it with my team"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        preset: Preset | None = None,
        has_team: bool = True,
    ) -> None:
        super().__init__(data, initial=_initial(preset))
        if not has_team:
            del self.fields["is_shared"]
        filled = len(preset.examples) if preset else 0
        self.example_count = max(LEAST_EXAMPLES, filled + SPARE_EXAMPLES)
        for number in range(1, self.example_count + 1):
            self._add_example(number)

    def _add_example(self, number: int) -> None:
        for side, label in (
            ("question", _("Example %(number)s: message")),
            ("answer", _("Example %(number)s: answer")),
        ):
            self.fields[f"{side}_{number}"] = forms.CharField(
                label=str(label) % {"number": number},
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def values(self) -> dict[str, Any]:
        """As the services take them, but for the team."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "instructions": data["instructions"],
            "examples": [
                {
                    "question": data[f"question_{number}"],
                    "answer": data[f"answer_{number}"],
                }
                for number in range(1, self.example_count + 1)
            ],
            "sampling": {
                name: data[name] for name in _SAMPLING if data[name] is not None
            },
        }


def _initial(preset: Preset | None) -> dict[str, Any]:
    if preset is None:
        return {}
    examples = {
        f"{side}_{number}": example[side]
        for number, example in enumerate(preset.examples, start=1)
        for side in ("question", "answer")
    }
    return {
        "name": preset.name,
        "instructions": preset.instructions,
        "is_shared": preset.team_id is not None,
        **{name: preset.sampling.get(name) for name in _SAMPLING},
        **examples,
    }
