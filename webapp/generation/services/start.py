"""What callers do: ask for text, and stop asking."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from inference.contract import ChatMessage, ErrorCode, Role, SamplingParams
from webapp.accounts.models import Team, User
from webapp.common.errors import ApplicationError
from webapp.generation.announce import cancel_announce
from webapp.generation.dispatch import wake_worker
from webapp.generation.models import Generation
from webapp.generation.quota import quota_check
from webapp.generation.services.end import Ending, queued_end
from webapp.generation.words import error_message

_SEED_LIMIT = 2**31  # short enough to be read aloud, and exact in JavaScript


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
    prefix: str = "",
    prefix_token_ids: Sequence[int] = (),
) -> Generation:
    """Save the prompt, then wake a worker. The same key twice gives the same row.

    Raises ApplicationError: prompt_empty, model_unknown, invalid, quota.
    """
    if earlier := _of_key(person, idempotency_key):
        return earlier
    _check(messages, model)
    if sampling.seed is None:
        sampling = replace(sampling, seed=secrets.randbelow(_SEED_LIMIT))
    try:
        with transaction.atomic():
            quota_check(person=person)
            generation = Generation.objects.create(
                person=person,
                team=team,
                purpose=purpose,
                queue=queue,
                idempotency_key=idempotency_key,
                model=model,
                sampling=sampling.to_dict(),
                messages=[{"role": m.role, "content": m.content} for m in messages],
                prefix=prefix,
                prefix_token_ids=list(prefix_token_ids),
                woken_at=Now(),
            )
            transaction.on_commit(lambda: wake_worker(generation))
    except IntegrityError:  # the same send arrived twice at the same moment
        if earlier := _of_key(person, idempotency_key):
            return earlier
        raise
    return generation


def generation_cancel(*, generation: Generation) -> None:
    """Queued: stopped at once. Running: its worker stops within a step."""
    row = Generation.objects.filter(id=generation.id)
    with transaction.atomic():
        if not queued_end(
            generation_id=generation.id,
            ending=Ending(
                status=Generation.Status.CANCELLED,
                finish_reason=Generation.FinishReason.CANCELLED,
            ),
        ):
            row.filter(
                status=Generation.Status.RUNNING, cancel_requested_at=None
            ).update(cancel_requested_at=Now())
            transaction.on_commit(lambda: cancel_announce(str(generation.id)))
    generation.refresh_from_db()


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
