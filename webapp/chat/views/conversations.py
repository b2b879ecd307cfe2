"""Fragments that change a conversation, or the list of them."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from webapp.accounts.views.plain_answers import PersonRequest, for_people
from webapp.chat import services
from webapp.chat.certainty import certainty_of
from webapp.chat.conversation_list import conversation_search
from webapp.chat.entries import branch as entries_of
from webapp.chat.selectors import generation_get, message_get
from webapp.common.errors import ApplicationError, NotFoundError


@require_safe
@for_people
def list_(request: PersonRequest) -> HttpResponse:
    return _list(request)


@require_POST
@for_people
def rename(request: PersonRequest, conversation_id: UUID) -> HttpResponse:
    services.conversation_rename(
        person=request.user,
        conversation_id=conversation_id,
        title=request.POST.get("title", ""),
    )
    return _list(request)


@require_POST
@for_people
def delete(request: PersonRequest, conversation_id: UUID) -> HttpResponse:
    deleted = services.conversation_delete(
        person=request.user, conversation_id=conversation_id
    )
    response = _list(request)
    response.write(
        render_to_string("chat/_undo.html", {"conversation": deleted}, request)
    )
    return response


@require_POST
@for_people
def restore(request: PersonRequest, conversation_id: UUID) -> HttpResponse:
    services.conversation_restore(person=request.user, conversation_id=conversation_id)
    return _list(request)


@require_POST
@for_people
def branch(request: PersonRequest, conversation_id: UUID) -> HttpResponse:
    """Show the branch through POST message=<id>."""
    message = message_get(
        person=request.user, message_id=_id(request.POST.get("message", ""))
    )
    if message.conversation_id != conversation_id:
        raise NotFoundError(_("There is no such message."))
    conversation = services.branch_select(person=request.user, message_id=message.pk)
    return render(request, "chat/_log.html", {"messages": entries_of(conversation)})


@require_safe
@for_people
def certainty(request: PersonRequest, generation_id: UUID) -> HttpResponse:
    """An answer's tokens, shaded by how sure the model was of each."""
    generation = generation_get(person=request.user, generation_id=generation_id)
    context = {"prefix": generation.prefix, "tokens": certainty_of(generation)}
    return render(request, "chat/_certainty.html", context)


@require_POST
@for_people
def configure(request: PersonRequest, conversation_id: UUID) -> HttpResponse:
    """POST model, preset (empty: none), sampling (JSON): 204."""
    preset = request.POST.get("preset", "")
    services.conversation_configure(
        person=request.user,
        conversation_id=conversation_id,
        model=request.POST.get("model") or None,
        preset_id=_id(preset) if preset else None,
        sampling=_sampling(request.POST.get("sampling", "{}")),
    )
    return HttpResponse(status=204)


def _list(request: PersonRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:200]
    groups = conversation_search(person=request.user, query=query)
    return render(request, "chat/_list.html", {"groups": groups, "query": query})


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFoundError(_("There is no such id.")) from error


def _sampling(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise ApplicationError(_("Sampling settings: not valid JSON."), code="sampling")
    return values
