"""What people do with jobs: start one, stop one."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from webapp.accounts.models import User
from webapp.common.errors import ApplicationError
from webapp.tuning.data_files import data_file_keep
from webapp.tuning.dispatch import wake_trainer
from webapp.tuning.models import ModelVersion, TuningJob
from webapp.tuning.selectors import tunable_names

_DIRECTION = re.compile(r"[a-z]{2}-[a-z]{2}")
Status, State = TuningJob.Status, ModelVersion.State


def job_start(
    *,
    person: User | None,
    model: str,
    base: ModelVersion | None,
    data_name: str,
    data: Iterable[bytes],
    direction: str = "",
    settings: Mapping[str, Any] | None = None,
) -> TuningJob:
    """Keep the data set, save the job, wake a worker. person None: the command line.

    Raises ApplicationError in words; what the worker finds wrong fails the job.
    """
    if model not in tunable_names():
        raise ApplicationError(
            _("There is no model named “%(model)s” here.") % {"model": model}
        )
    if base is not None and (base.model != model or base.state == State.DISCARDED):
        raise ApplicationError(_("This version cannot be trained further."))
    if direction and not _DIRECTION.fullmatch(direction):
        raise ApplicationError(_("A direction is written like en-fr."))
    kept = data_file_keep(name=data_name, chunks=data)
    with transaction.atomic():
        job = TuningJob.objects.create(
            person=person,
            model=model,
            base=base,
            data_name=kept.name,
            data_path=str(kept.path),
            data_hash=kept.sha256,
            direction=direction,
            settings=dict(settings or {}),
            woken_at=Now(),
        )
        transaction.on_commit(lambda: wake_trainer(job))
    return job


@transaction.atomic
def job_cancel(*, job: TuningJob) -> None:
    """Waiting: stopped at once. Running: its worker stops after the step it is in."""
    row = TuningJob.objects.filter(id=job.id)
    stopped = row.filter(status=Status.QUEUED).update(
        status=Status.CANCELLED, finished_at=timezone.now()
    )
    if not stopped:
        row.filter(status=Status.RUNNING, cancel_requested_at=None).update(
            cancel_requested_at=Now()
        )
    job.refresh_from_db()


@transaction.atomic
def job_resume(*, job: TuningJob) -> None:
    """Once more, from its last check-point: after a stop, or a fault since mended."""
    resumed = TuningJob.objects.filter(
        id=job.id, status__in=[Status.CANCELLED, Status.FAILED]
    ).update(
        status=Status.QUEUED,
        attempts=0,
        reason="",
        cancel_requested_at=None,
        finished_at=None,
        woken_at=Now(),
    )
    if not resumed:
        raise ApplicationError(_("This job cannot go on."))
    transaction.on_commit(lambda: wake_trainer(job))
    job.refresh_from_db()
