"""Celery's side: one task, and the life of the process."""

import threading
from typing import Any
from uuid import UUID

from celery import shared_task
from celery.signals import worker_init, worker_shutdown, worker_shutting_down

from inference.worker.model_worker import ModelWorker, model_worker_start
from webapp.generation.dispatch import GENERATE_TASK

_lock = threading.Lock()
_workers: list[ModelWorker] = []


def model_worker() -> ModelWorker:
    """One a process, started when it is first needed."""
    with _lock:
        if not _workers:
            _workers.append(model_worker_start())
        return _workers[0]


@shared_task(name=GENERATE_TASK)
def generate(generation_id: str) -> None:
    model_worker().generate(UUID(generation_id))


@worker_init.connect
def start(**_signal: Any) -> None:
    """Celery takes a second to be ready, and the models may load meanwhile."""
    model_worker()


@worker_shutting_down.connect
def drain(**_signal: Any) -> None:
    """Celery waits for its threads, so we let them go. Called in a signal handler."""
    threading.Thread(target=_drain, name="drain", daemon=True).start()


def _drain() -> None:
    for worker in _workers:
        worker.drain()


@worker_shutdown.connect
def stop(**_signal: Any) -> None:
    for worker in _workers:
        worker.close()
