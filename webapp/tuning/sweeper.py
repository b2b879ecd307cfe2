"""Finds jobs that a lost worker or a lost message left behind."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from webapp.common.redis import RedisError, redis_client
from webapp.tuning.dispatch import QUEUE, wake_trainer
from webapp.tuning.models import TuningJob
from webapp.tuning.services import job_requeue

log = logging.getLogger(__name__)
Status = TuningJob.Status


def tuning_sweep() -> None:
    """May run twice at the same moment: each step is one conditional write."""
    lost = TuningJob.objects.filter(status=Status.RUNNING, lease_expires_at__lt=Now())
    for job in lost:
        if job_requeue(job=job):
            log.warning("the tuning job %s lost its worker %s", job.id, job.worker)
    forgotten_wake()


def forgotten_wake() -> int:
    """Jobs whose wake-up was lost are announced again, the oldest first."""
    again = timedelta(seconds=settings.WAKE_AGAIN_SECONDS)
    told_long_ago = Q(woken_at=None) | Q(woken_at__lt=Now() - again)
    waiting = TuningJob.objects.filter(told_long_ago, status=Status.QUEUED)
    jobs = list(waiting.order_by("created_at"))
    if not jobs or _has_wake_ups():
        return 0
    TuningJob.objects.filter(id__in=[job.id for job in jobs]).update(woken_at=Now())
    return sum(wake_trainer(job) for job in jobs)


def _has_wake_ups() -> bool:
    """Messages that wait to be taken: nothing was lost, the workers are busy."""
    try:
        length = redis_client().llen(QUEUE)
    except RedisError:
        return True  # nobody could be told anyway
    return bool(length)
