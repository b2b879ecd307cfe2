"""The only place that names the task which trains. A lost message costs seconds."""

import logging

from kombu.exceptions import OperationalError

from webapp.celery import app
from webapp.common.redis import RedisError, redis_client
from webapp.tuning.models import TuningJob

log = logging.getLogger(__name__)

TUNE_TASK = "inference.tune"
QUEUE = "train"
_EXPIRES_SECONDS = 60


def wake_trainer(job: TuningJob) -> bool:
    """Tell the train workers that a row waits. Never raises, and never hangs."""
    try:
        redis_client().ping()
        app.send_task(
            TUNE_TASK,
            args=[str(job.id)],
            queue=QUEUE,
            expires=_EXPIRES_SECONDS,
            ignore_result=True,
            retry=False,
        )
    except (RedisError, OperationalError, OSError) as error:
        log.warning("no train worker was told of %s: %s", job.id, error)
        return False
    return True
