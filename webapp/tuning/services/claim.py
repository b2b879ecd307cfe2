"""Which worker trains, and what it writes. Every write names its claim's epoch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, QuerySet, Value
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from webapp.generation.services.claim import lease_end
from webapp.tuning.dispatch import wake_trainer
from webapp.tuning.models import ModelVersion, TuningJob

Status = TuningJob.Status


@dataclass(frozen=True, slots=True)
class Claim:
    """The answer to a renewal. Not held: another claim lives, or the job has ended."""

    is_held: bool
    is_cancel_requested: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """What a finished job left."""

    directory: str
    manifest_hash: str
    data_hash: str
    report: Sequence[str]
    scores: Mapping[str, Any]


def job_claim(*, job_id: UUID, worker: str) -> TuningJob | None:
    """Make this worker the one that writes. None: it is not waiting (any more)."""
    claimed = TuningJob.objects.filter(id=job_id, status=Status.QUEUED).update(
        status=Status.RUNNING,
        epoch=F("epoch") + 1,
        worker=worker,
        lease_expires_at=lease_end(),
        started_at=Coalesce("started_at", Value(timezone.now())),
    )
    return TuningJob.objects.select_related("base").get(id=job_id) if claimed else None


def job_renew(*, job: TuningJob, progress: Mapping[str, Any]) -> Claim:
    """The lease, and how far it is."""
    row = _of_claim(job)
    if not row.update(lease_expires_at=lease_end(), progress=dict(progress)):
        return Claim(is_held=False)
    asked = row.filter(cancel_requested_at__isnull=False).exists()
    return Claim(is_held=True, is_cancel_requested=asked)


def job_release(*, job: TuningJob) -> None:
    """A worker that ends gives its job back; that is no failed attempt."""
    with transaction.atomic():
        if _of_claim(job).update(
            status=Status.QUEUED, lease_expires_at=None, woken_at=Now()
        ):
            transaction.on_commit(lambda: wake_trainer(job))


def job_requeue(*, job: TuningJob) -> bool:
    """Take the job from a worker whose lease ran out: again, or never again."""
    attempts = job.attempts + 1
    lost = _of_claim(job).filter(lease_expires_at__lt=Now())
    if job.cancel_requested_at:
        return bool(lost.update(**_ended(Status.CANCELLED)))
    if attempts >= settings.MAX_ATTEMPTS:
        return bool(lost.update(**_ended(Status.FAILED), attempts=attempts))
    with transaction.atomic():
        requeued = lost.update(
            status=Status.QUEUED,
            attempts=attempts,
            lease_expires_at=None,
            woken_at=Now(),
        )
        if requeued:
            transaction.on_commit(lambda: wake_trainer(job))
    return bool(requeued)


def job_end(*, job: TuningJob, status: str, reason: str = "") -> bool:
    """Stopped or failed. False: another claim lives."""
    return bool(_of_claim(job).update(**_ended(status), reason=reason))


@transaction.atomic
def job_finish(*, job: TuningJob, made: Made) -> ModelVersion | None:
    """The version that came of it, a candidate. None: another claim lives."""
    if not _of_claim(job).update(**_ended(Status.DONE), report=list(made.report)):
        return None
    numbers = ModelVersion.objects.filter(model=job.model)
    last: int | None = numbers.aggregate(last=Max("number"))["last"]
    version = ModelVersion.objects.create(
        model=job.model,
        number=(last or 0) + 1,
        parent=job.base,
        directory=made.directory,
        manifest_hash=made.manifest_hash,
        data_hash=made.data_hash,
        settings=job.settings,
        scores=dict(made.scores),
        created_by=job.person,
    )
    TuningJob.objects.filter(id=job.id).update(version=version)
    return version


def _ended(status: str) -> dict[str, Any]:
    return {
        "status": status,
        "lease_expires_at": None,
        "finished_at": timezone.now(),
    }


def _of_claim(job: TuningJob) -> QuerySet[TuningJob]:
    return TuningJob.objects.filter(id=job.id, epoch=job.epoch, status=Status.RUNNING)
