"""Presets: a page of them, and a form for one."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from webapp.accounts.permissions import ForbiddenError
from webapp.accounts.views.plain_answers import PersonRequest, for_people
from webapp.chat import services
from webapp.chat.forms import PresetForm
from webapp.chat.models import Preset
from webapp.chat.selectors import preset_get, preset_list
from webapp.common.errors import ApplicationError


@require_safe
@for_people
def list_(request: PersonRequest) -> HttpResponse:
    context = {"presets": preset_list(person=request.user)}
    return render(request, "chat/presets.html", context)


@for_people
def new(request: PersonRequest) -> HttpResponse:
    return _form(request, None, services.preset_create)


@for_people
def edit(request: PersonRequest, preset_id: UUID) -> HttpResponse:
    preset = preset_get(person=request.user, preset_id=preset_id)
    if preset.owner_id != request.user.pk:
        raise ForbiddenError

    def save(**values: Any) -> Preset:
        return services.preset_update(preset_id=preset_id, **values)

    return _form(request, preset, save)


@require_POST
@for_people
def delete(request: PersonRequest, preset_id: UUID) -> HttpResponse:
    services.preset_delete(person=request.user, preset_id=preset_id)
    return redirect("preset_list")


def _form(
    request: PersonRequest, preset: Preset | None, save: Callable[..., Preset]
) -> HttpResponse:
    team = preset.team if preset and preset.team else request.user.active_team
    form = PresetForm(request.POST or None, preset=preset, has_team=team is not None)
    if request.method == "POST" and form.is_valid():
        try:
            save(
                person=request.user,
                team=team if form.cleaned_data.get("is_shared") else None,
                **form.values(),
            )
        except ApplicationError as error:
            form.add_error(None, str(error.message))
        else:
            return redirect("preset_list")
    context = {"form": form, "preset": preset}
    return render(request, "chat/preset_form.html", context)
