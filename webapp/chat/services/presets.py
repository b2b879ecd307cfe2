"""Presets: people make their own, and may share them with their team."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from webapp.accounts.models import Team, User
from webapp.accounts.permissions import Action, ForbiddenError, permission_check
from webapp.chat.models import Preset
from webapp.chat.sampling import sampling_check
from webapp.chat.selectors import preset_get
from webapp.chat.texts import check_characters, checked_name
from webapp.common.errors import ApplicationError

MAX_INSTRUCTIONS_CHARS = 20_000
MAX_EXAMPLES = 20


@transaction.atomic
def preset_create(
    *,
    person: User,
    name: str,
    instructions: str = "",
    examples: Sequence[Mapping[str, str]] = (),
    sampling: Mapping[str, Any] | None = None,
    team: Team | None = None,
) -> Preset:
    """team: whom it is shared with; None keeps it to its owner."""
    preset = Preset(owner=person)
    _fill(preset, person, name, instructions, examples, sampling or {}, team)
    preset.save()
    return preset


@transaction.atomic
def preset_update(
    *,
    person: User,
    preset_id: uuid.UUID,
    name: str,
    instructions: str = "",
    examples: Sequence[Mapping[str, str]] = (),
    sampling: Mapping[str, Any] | None = None,
    team: Team | None = None,
) -> Preset:
    preset = _own_preset(person, preset_id)
    _fill(preset, person, name, instructions, examples, sampling or {}, team)
    preset.save()
    return preset


@transaction.atomic
def preset_delete(*, person: User, preset_id: uuid.UUID) -> None:
    """Conversations that used it go on without it."""
    _own_preset(person, preset_id).delete()


def _own_preset(person: User, preset_id: uuid.UUID) -> Preset:
    preset = preset_get(person=person, preset_id=preset_id)
    if preset.owner_id != person.pk:
        raise ForbiddenError
    return preset


def _fill(
    preset: Preset,
    person: User,
    name: str,
    instructions: str,
    examples: Sequence[Mapping[str, str]],
    sampling: Mapping[str, Any],
    team: Team | None,
) -> None:
    preset.name = checked_name(name, limit=80)
    preset.instructions = _checked_instructions(instructions)
    preset.examples = _checked_examples(examples)
    sampling_check(sampling)
    preset.sampling = dict(sampling)
    if team is not None:  # also where it was before: who left writes for it no more
        permission_check(person=person, team=team, action=Action.WRITE)
    preset.team = team


def _checked_instructions(text: str) -> str:
    check_characters(text)
    if len(text) > MAX_INSTRUCTIONS_CHARS:
        raise ApplicationError(
            _("The instructions are too long: %(limit)s characters at most.")
            % {"limit": f"{MAX_INSTRUCTIONS_CHARS:,}"},
            code="too_long",
        )
    return text.replace("\r\n", "\n").strip()


def _checked_examples(examples: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Pairs; one that is wholly empty is left out, half a pair is refused."""
    pairs: list[dict[str, str]] = []
    for example in examples:
        question = _checked_instructions(example["question"])
        answer = _checked_instructions(example["answer"])
        if bool(question) != bool(answer):
            raise ApplicationError(
                _("An example needs both a message and an answer."), code="invalid"
            )
        if question:
            pairs.append({"question": question, "answer": answer})
    if len(pairs) > MAX_EXAMPLES:
        raise ApplicationError(
            _("At most %(limit)s examples.") % {"limit": MAX_EXAMPLES}, code="too_many"
        )
    return pairs
