"""The end of a generation, and the line it leaves in the ledger: both, and once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from webapp.generation.announce import ends_announce
from webapp.generation.dispatch import end_tell
from webapp.generation.models import Generation, UsageRecord

# Long columns that neither the ledger nor a listener wants.
_HEAVY = (
    "messages",
    "prompt_token_ids",
    "prefix_token_ids",
    "output",
    "output_token_ids",
    "alternatives",
    "explanation",
)


@dataclass(frozen=True, slots=True)
class Ending:
    """How it ended. output None: what the row has stays."""

    status: str
    finish_reason: str
    output: str | None = None
    output_token_ids: Sequence[int] = ()
    error_code: str = ""
    error_params: Mapping[str, Any] = field(default_factory=dict)
    explanation: Mapping[str, Any] | None = None  # None: what the row has stays
    alternatives: Sequence[str] = ()  # where more than one answer was asked for
    others: Mapping[str, Any] = field(default_factory=dict)  # more columns


@dataclass(frozen=True, slots=True)
class Ended:
    """One that ends with others, and the claim that ends it."""

    generation_id: UUID
    epoch: int
    ending: Ending


def generation_end(*, generation_id: UUID, epoch: int, ending: Ending) -> bool:
    """By the claim that holds it. False: another claim lives, or it has ended."""
    return generations_end(ended=[Ended(generation_id, epoch, ending)]) == 1


@transaction.atomic
def generations_end(*, ended: Sequence[Ended]) -> int:
    """Each by the claim that holds it, all in one transaction. How many have ended."""
    return _tell_of([one.generation_id for one in ended if _held_end(one)])


@transaction.atomic
def queued_end(*, ids: Sequence[UUID], ending: Ending) -> int:
    """Those that no worker has, and have not ended. How many they are."""
    queued = Generation.objects.filter(id__in=ids, status=Generation.Status.QUEUED)
    waiting = list(queued.select_for_update().values_list("id", flat=True))
    if waiting:
        Generation.objects.filter(id__in=waiting).update(**_columns(ending))
    return _tell_of(waiting)


def _held_end(ended: Ended) -> bool:
    row = Generation.objects.filter(
        id=ended.generation_id, epoch=ended.epoch, status=Generation.Status.RUNNING
    )
    return bool(row.update(**_columns(ended.ending)))


def _columns(ending: Ending) -> dict[str, Any]:
    values: dict[str, Any] = {
        **ending.others,
        "status": ending.status,
        "finish_reason": ending.finish_reason,
        "error_code": ending.error_code,
        "error_params": dict(ending.error_params),
        "lease_expires_at": None,
        "finished_at": timezone.now(),
    }
    if ending.output is not None:
        values["output"] = ending.output
        values["output_token_ids"] = list(ending.output_token_ids)
        values["output_tokens"] = len(ending.output_token_ids)
    if ending.explanation is not None:
        values["explanation"] = ending.explanation
    if ending.alternatives:
        values["alternatives"] = list(ending.alternatives)
    return values


def _tell_of(ids: Sequence[UUID]) -> int:
    """The ledger first, and after the commit whoever listens."""
    if ids:
        generations = list(Generation.objects.filter(id__in=ids).defer(*_HEAVY))
        UsageRecord.objects.bulk_create(map(_usage, generations))
        transaction.on_commit(lambda: _told(generations))
    return len(ids)


def _told(generations: Sequence[Generation]) -> None:
    ends_announce([str(generation.id) for generation in generations])
    for purpose in {generation.purpose for generation in generations}:
        end_tell(purpose)


def _usage(generation: Generation) -> UsageRecord:
    finished_at = generation.finished_at or timezone.now()
    started_at = generation.started_at or finished_at
    first_token_at = generation.first_token_at
    return UsageRecord(
        generation_id=generation.id,
        person_id=generation.person_id,
        team_id=generation.team_id,
        purpose=generation.purpose,
        model=generation.model,
        model_version=generation.model_version,
        status=generation.status,
        prompt_tokens=generation.prompt_tokens,
        output_tokens=generation.output_tokens,
        queue_seconds=_seconds(generation.queued_at, started_at),
        run_seconds=_seconds(started_at, finished_at),
        first_token_seconds=(
            _seconds(generation.queued_at, first_token_at) if first_token_at else None
        ),
        finished_at=finished_at,
    )


def _seconds(start: datetime, end: datetime) -> float:
    """Never negative: the two may come from machines whose clocks differ."""
    return max(0.0, (end - start).total_seconds())
