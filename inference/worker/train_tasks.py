"""Celery's side of fine-tuning: one task, and the life of the process."""

import os
import socket
from typing import Any
from uuid import UUID

from celery import shared_task
from celery.signals import worker_shutting_down

from inference.worker.train_worker import TrainWorker
from webapp.tuning.dispatch import TUNE_TASK

_worker = TrainWorker(name=f"{socket.gethostname()}:{os.getpid()}")


@shared_task(name=TUNE_TASK)
def tune(job_id: str) -> None:
    _worker.tune(UUID(job_id))


@worker_shutting_down.connect
def drain(**_signal: Any) -> None:
    """Called in a signal handler: it sets a flag, no more."""
    _worker.drain()
