"""What callers do: ask for text, and stop asking."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from inference.contract import ChatMessage, ErrorCode, Role
from inference.sampling_params import SamplingParams
from webapp.accounts.models import Team, User
from webapp.common.errors import ApplicationError
from webapp.generation.announce import cancels_announce
from webapp.generation.dispatch import wake_worker
from webapp.generation.models import Generation
from webapp.generation.quota import quota_check
from webapp.generation.services.end import Ending, queued_end
from webapp.generation.words import error_message

_SEED_LIMIT = 2**31  # short enough to be read aloud, and exact in JavaScript


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What one generation is asked, and how.

    preset_scope: all generations of one scope may share what was computed of their
    leading instructions, so that one's first word tells the next that they were used.
    """

    messages: Sequence[ChatMessage]
    sampling: SamplingParams
    idempotency_key: str
    prefix: str = ""
    prefix_token_ids: Sequence[int] = ()
    forced_prefix: str = ""
    source_language: str = ""
    target_language: str = ""
    preset_scope: str = ""


def generation_start(
    *,
    person: User,
    team: Team | None,
    purpose: str,
    queue: str = Generation.Queue.INTERACTIVE,
    model: str,
    messages: Sequence[ChatMessage],
    sampling: SamplingParams,
    idempotency_key: str,
    **others: Any,
) -> Generation:
    """Save the prompt, then wake a worker. The same key twice gives the same row.

    others: see Prompt. Raises ApplicationError: prompt_empty, model_unknown, invalid,
    quota.
    """
    if earlier := _of_key(person, idempotency_key):
        return earlier
    prompt = Prompt(
        messages=messages, sampling=sampling, idempotency_key=idempotency_key, **others
    )
    try:
        with transaction.atomic():
            [generation] = generations_start(
                person=person,
                team=team,
                purpose=purpose,
                queue=queue,
                model=model,
                prompts=[prompt],
            )
    except IntegrityError:  # the same send arrived twice at the same moment
        if earlier := _of_key(person, idempotency_key):
            return earlier
        raise
    return generation


@transaction.atomic
def generations_start(
    *,
    person: User,
    team: Team | None,
    purpose: str,
    queue: str,
    model: str,
    prompts: Sequence[Prompt],
) -> list[Generation]:
    """All or none of them, under keys that are new. Raises as generation_start does."""
    for prompt in prompts:
        _check(prompt.messages, model)
    quota_check(person=person, queue=queue)
    rows = [
        _row(
            prompt, person=person, team=team, purpose=purpose, queue=queue, model=model
        )
        for prompt in prompts
    ]
    generations = Generation.objects.bulk_create(rows)
    transaction.on_commit(lambda: _wake(generations))
    return generations


def _wake(generations: Sequence[Generation]) -> None:
    """Of the batch a worker takes as many as it bears once it looks, so that it is told
    of some."""
    is_batch = generations[0].queue == Generation.Queue.BATCH if generations else False
    for generation in generations[:: settings.TANDEM_SLOTS if is_batch else 1]:
        if not wake_worker(generation):
            return  # Redis is away, and the sweeper tells of all of them


def _row(prompt: Prompt, **columns: Any) -> Generation:
    sampling = prompt.sampling
    if sampling.seed is None:
        sampling = replace(sampling, seed=secrets.randbelow(_SEED_LIMIT))
    return Generation(
        **columns,
        idempotency_key=prompt.idempotency_key,
        sampling=sampling.to_dict(),
        messages=[{"role": m.role, "content": m.content} for m in prompt.messages],
        prefix=prompt.prefix,
        prefix_token_ids=list(prompt.prefix_token_ids),
        forced_prefix=prompt.forced_prefix,
        source_language=prompt.source_language,
        target_language=prompt.target_language,
        preset_scope=prompt.preset_scope,
        woken_at=Now(),
    )


def generation_cancel(*, generation: Generation) -> None:
    """Queued: stopped at once. Running: its worker stops within a step."""
    generations_cancel(ids=[generation.id])
    generation.refresh_from_db()


@transaction.atomic
def generations_cancel(*, ids: Sequence[UUID]) -> None:
    """As above, of many in a few statements."""
    cancelled = Ending(
        status=Generation.Status.CANCELLED,
        finish_reason=Generation.FinishReason.CANCELLED,
    )
    if queued_end(ids=ids, ending=cancelled) == len(ids):
        return
    running = Generation.objects.filter(
        id__in=ids, status=Generation.Status.RUNNING, cancel_requested_at=None
    )
    told = [str(id) for id in running.values_list("id", flat=True)]
    running.update(cancel_requested_at=Now())
    transaction.on_commit(lambda: cancels_announce(told))


def _of_key(person: User, idempotency_key: str) -> Generation | None:
    return Generation.objects.filter(
        person=person, idempotency_key=idempotency_key
    ).first()


def _check(messages: Sequence[ChatMessage], model: str) -> None:
    last = messages[-1] if messages else None
    if last is None or last.role is not Role.USER or not last.content.strip():
        raise _refusal(ErrorCode.PROMPT_EMPTY)
    if model not in settings.MODEL_NAMES:
        raise _refusal(ErrorCode.MODEL_UNKNOWN, model=model)
    for message in messages:
        if "\x00" in message.content or not _is_unicode(message.content):
            raise _refusal("text_invalid")


def _is_unicode(text: str) -> bool:
    """JSON can carry half of a surrogate pair, which no database stores."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refusal(code: str, **params: object) -> ApplicationError:
    return ApplicationError(error_message(code, params), code=str(code))
