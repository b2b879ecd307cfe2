"""The chat page, empty or with a conversation."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from webapp.accounts.models import User
from webapp.accounts.views.plain_answers import PersonRequest, for_people
from webapp.chat.conversation_list import conversation_list
from webapp.chat.entries import branch
from webapp.chat.models import Preset
from webapp.chat.selectors import conversation_get, preset_list
from webapp.generation.selectors import models_offered


@dataclass(frozen=True, slots=True)
class ExamplePrompt:
    """An invitation on the empty page."""

    label: str
    text: str
    preset: Preset | None


@require_safe
@for_people
def new(request: PersonRequest) -> HttpResponse:
    context = _frame(request.user, model=settings.MODEL_NAMES[0])
    context |= {
        "conversation": None,
        "messages": [],
        "preset": None,
        "sampling": {},
        "examples": _examples(context["presets"]),
    }
    return render(request, "chat/page.html", context)


@require_safe
@for_people
def conversation(request: PersonRequest, conversation_id: UUID) -> HttpResponse:
    found = conversation_get(person=request.user, conversation_id=conversation_id)
    context = {
        **_frame(request.user, model=found.model),
        "conversation": found,
        "messages": branch(found),
        "preset": found.preset,
        "sampling": found.sampling,
    }
    return render(request, "chat/page.html", context)


def _frame(person: User, *, model: str) -> dict[str, Any]:
    models = models_offered()
    return {
        "groups": conversation_list(person=person),
        "models": models,
        "model": model,
        "reads_one_message": any(
            offer.reads_one_message for offer in models if offer.name == model
        ),
        "presets": list(preset_list(person=person)),
    }


def _examples(presets: list[Preset]) -> list[ExamplePrompt]:
    by_slug = {preset.slug: preset for preset in presets if preset.slug}
    return [
        ExamplePrompt(
            label=_("Ask a question"),
            text=_("What is the capital of France?"),
            preset=None,
        ),
        ExamplePrompt(
            label=_("Translate a sentence"),
            text=_("The meeting was moved to Thursday because the train was late."),
            preset=by_slug.get("translate-to-chinese"),
        ),
        ExamplePrompt(
            label=_("Summarise a text"),
            text=_(
                "The library closes on Monday for repairs. The roof has leaked since"
                " the storm in March, and some books were damaged. It opens again on"
                " the first of June, and loans are extended until then."
            ),
            preset=by_slug.get("summarise"),
        ),
    ]
