"""The end of a generation, and the line it leaves in the ledger: both, and once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from webapp.generation.announce import end_announce
from webapp.generation.models import Generation, UsageRecord


@dataclass(frozen=True, slots=True)
class Ending:
    """How it ended. output None: what the row has stays."""

    status: str
    finish_reason: str
    output: str | None = None
    output_token_ids: Sequence[int] = ()
    error_code: str = ""
    error_params: Mapping[str, Any] = field(default_factory=dict)


def generation_end(*, generation_id: UUID, epoch: int, ending: Ending) -> bool:
    """By the claim that holds it. False: another claim lives, or it has ended."""
    row = Generation.objects.filter(
        id=generation_id, epoch=epoch, status=Generation.Status.RUNNING
    )
    return _end(row, generation_id, ending)


def queued_end(*, generation_id: UUID, ending: Ending) -> bool:
    """Of one that no worker has. False: some worker has it, or it has ended."""
    row = Generation.objects.filter(id=generation_id, status=Generation.Status.QUEUED)
    return _end(row, generation_id, ending)


@transaction.atomic
def _end(row: QuerySet[Generation], generation_id: UUID, ending: Ending) -> bool:
    values: dict[str, Any] = {
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
    if not row.update(**values):
        return False
    _usage_write(Generation.objects.get(id=generation_id))
    transaction.on_commit(lambda: end_announce(str(generation_id)))
    return True


def _usage_write(generation: Generation) -> None:
    finished_at = generation.finished_at or timezone.now()
    started_at = generation.started_at or finished_at
    first_token_at = generation.first_token_at
    UsageRecord.objects.create(
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
