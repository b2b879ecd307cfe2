"""What a worker writes while it works: what it has so far, and that it lives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from webapp.generation.models import Generation
from webapp.generation.services.claim import lease_end


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Everything a claim has made. prompt_token_ids None: saved before."""

    generation_id: UUID
    epoch: int
    output: str
    output_token_ids: Sequence[int]
    first_token_at: datetime | None
    prompt_token_ids: Sequence[int] | None = None
    dropped_messages: int = 0
    cached_tokens: int = 0
    explanation: Mapping[str, Any] | None = None  # None: nobody asked


@dataclass(frozen=True, slots=True)
class Lease:
    """The answer to a renewal. Not held: another claim lives, or the row has ended."""

    is_held: bool
    is_cancel_requested: bool = False


@transaction.atomic
def checkpoints_save(*, checkpoints: Sequence[Checkpoint]) -> None:
    """All in one transaction; those of a lost claim change nothing."""
    for checkpoint in checkpoints:
        Generation.objects.filter(
            id=checkpoint.generation_id,
            epoch=checkpoint.epoch,
            status=Generation.Status.RUNNING,
        ).update(**_values(checkpoint))


def _values(checkpoint: Checkpoint) -> dict[str, Any]:
    values: dict[str, Any] = {
        "output": checkpoint.output,
        "output_token_ids": list(checkpoint.output_token_ids),
        "output_tokens": len(checkpoint.output_token_ids),
        **reading_columns(checkpoint),
    }
    if checkpoint.explanation is not None:
        values["explanation"] = checkpoint.explanation
    return values


def reading_columns(checkpoint: Checkpoint) -> dict[str, Any]:
    """What was read, where that is news, and when the first token came."""
    values: dict[str, Any] = {}
    if checkpoint.first_token_at:
        values["first_token_at"] = checkpoint.first_token_at
    if checkpoint.prompt_token_ids is not None:
        values["prompt_token_ids"] = list(checkpoint.prompt_token_ids)
        values["prompt_tokens"] = len(checkpoint.prompt_token_ids)
        values["dropped_messages"] = checkpoint.dropped_messages
        values["cached_tokens"] = checkpoint.cached_tokens
    return values


def leases_renew(*, claims: Sequence[tuple[UUID, int]]) -> dict[UUID, Lease]:
    """One statement for all claims (id, epoch) of a worker; how each of them stands."""
    if not claims:
        return {}
    pairs = reduce(or_, (Q(id=id, epoch=epoch) for id, epoch in claims))
    held = Generation.objects.filter(pairs, status=Generation.Status.RUNNING)
    held.update(lease_expires_at=lease_end())
    cancels = dict(held.values_list("id", "cancel_requested_at"))
    return {
        id: Lease(id in cancels, cancels.get(id) is not None) for id, _epoch in claims
    }
