"""Who may work on a row: taken, given back, taken away."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, QuerySet, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from inference.contract import ErrorCode
from webapp.generation.dispatch import wake_worker
from webapp.generation.models import Generation
from webapp.generation.services.end import Ending, generation_end

Status = Generation.Status


def lease_end() -> "ExpressionWrapper[CombinedExpression]":
    """By the database's clock: the workers' own may differ by minutes."""
    seconds = Value(timedelta(seconds=settings.LEASE_SECONDS))
    return ExpressionWrapper(Now() + seconds, output_field=DateTimeField())


@transaction.atomic
def generation_claim(
    *, generation_id: UUID, worker: str, model_version: str = ""
) -> Generation | None:
    """Make this worker the one that writes. None: it is not waiting (any more)."""
    row = Generation.objects.filter(id=generation_id)
    is_claimed = _claim(row, worker, model_version)
    return row.get() if is_claimed else None


@transaction.atomic
def generations_claim(
    *, worker: str, queue: str, versions: Mapping[str, str], count: int
) -> list[Generation]:
    """As generation_claim, of up to `count` that wait longest for these models (by name
    the version that is loaded): as many statements for one as for many.

    Not those on their last attempt: each of them has a worker to itself.
    """
    waiting = Generation.objects.filter(
        status=Status.QUEUED,
        queue=queue,
        model__in=versions,
        attempts__lt=max(1, settings.MAX_ATTEMPTS - 1),
    )
    # What another worker is claiming is passed over.
    oldest = waiting.order_by("queued_at").select_for_update(skip_locked=True)
    chosen = list(oldest.values_list("id", "model")[:count])
    for model in {model for _id, model in chosen}:
        ids = [id for id, its_model in chosen if its_model == model]
        _claim(Generation.objects.filter(id__in=ids), worker, versions[model])
    ids = [id for id, _model in chosen]
    ours = Generation.objects.filter(id__in=ids, worker=worker, status=Status.RUNNING)
    return list(ours.order_by("queued_at"))


def _claim(rows: QuerySet[Generation], worker: str, model_version: str) -> int:
    return rows.filter(status=Status.QUEUED).update(
        status=Status.RUNNING,
        epoch=F("epoch") + 1,
        worker=worker,
        model_version=model_version,
        lease_expires_at=lease_end(),
        started_at=Coalesce("started_at", Value(timezone.now())),
    )


def generation_release(
    *,
    generation_id: UUID,
    epoch: int,
    output: str,
    output_token_ids: Sequence[int],
    explanation: Mapping[str, Any] | None = None,
) -> bool:
    """A worker that ends gives its row back; that is no failed attempt."""
    explained = {} if explanation is None else {"explanation": explanation}
    with transaction.atomic():
        is_released = _of_claim(generation_id, epoch).update(
            status=Status.QUEUED,
            lease_expires_at=None,
            output=output,
            output_token_ids=list(output_token_ids),
            output_tokens=len(output_token_ids),
            woken_at=Now(),
            **explained,
        )
        if is_released:
            generation = Generation.objects.get(id=generation_id)
            transaction.on_commit(lambda: wake_worker(generation))
    return bool(is_released)


def generation_requeue(
    *, generation: Generation, output: str, output_token_ids: Sequence[int]
) -> bool:
    """Take the row from a worker whose lease ran out: again, or never again."""
    attempts = generation.attempts + 1
    ending = _ending_of_lost(generation, attempts, output, output_token_ids)
    with transaction.atomic():
        # The worker may have come back since somebody looked.
        lost = _of_claim(generation.id, generation.epoch).filter(
            lease_expires_at__lt=Now()
        )
        if not lost.select_for_update().first():
            return False
        if ending:
            return generation_end(
                generation_id=generation.id, epoch=generation.epoch, ending=ending
            )
        lost.update(
            status=Status.QUEUED,
            attempts=attempts,
            lease_expires_at=None,
            output=output,
            output_token_ids=list(output_token_ids),
            output_tokens=len(output_token_ids),
            woken_at=Now(),
        )
        transaction.on_commit(lambda: wake_worker(generation))
    return True


def generations_mark_woken(*, ids: Sequence[UUID]) -> None:
    Generation.objects.filter(id__in=ids, status=Status.QUEUED).update(woken_at=Now())


def _ending_of_lost(
    generation: Generation, attempts: int, output: str, token_ids: Sequence[int]
) -> Ending | None:
    if generation.cancel_requested_at:
        return Ending(
            status=Status.CANCELLED,
            finish_reason=Generation.FinishReason.CANCELLED,
            output=output,
            output_token_ids=token_ids,
        )
    if attempts >= settings.MAX_ATTEMPTS:
        return Ending(
            status=Status.FAILED,
            finish_reason=Generation.FinishReason.ERROR,
            output=output,
            output_token_ids=token_ids,
            error_code=ErrorCode.POISONED,
            error_params={"attempts": attempts},
        )
    return None


def _of_claim(generation_id: UUID, epoch: int) -> QuerySet[Generation]:
    return Generation.objects.filter(
        id=generation_id, epoch=epoch, status=Status.RUNNING
    )
