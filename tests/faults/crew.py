"""Model workers, started as the launcher starts them, to be killed at any moment."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import psutil
from django.conf import settings
from django.db import connection

from inference.contract import ModelState
from tests.faults.patience import eventually
from tests.servers import process_end
from webapp.generation.heartbeats import WorkerStatus
from webapp.generation.models import Generation
from webapp.generation.selectors import workers_alive
from webapp.launch.tether import tether_command

REPOSITORY = Path(__file__).parents[2]
# torch is slow to import, and the program to compile, where both cores are busy.
START_SECONDS = 240.0
MODEL_APP = "inference.worker.app"
MODEL_OPTIONS = "--concurrency 4 --queues interactive,batch --without-mingle"


def celery_start(
    app: str, options: str, environment: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    """It ends with us, even if we are killed. What it says goes where our words go."""
    command = f"-m celery -A {app} {options}".split()
    return subprocess.Popen(
        [*tether_command(signal.SIGKILL), sys.executable, *command],
        cwd=REPOSITORY,
        env={**os.environ, **environment},
    )


def celery_environment() -> dict[str, str]:
    """The settings of the product, over the servers of the tests."""
    return {
        "DJANGO_SETTINGS_MODULE": "webapp.settings",
        "DATABASE_URL": database_url(),
        "OMP_NUM_THREADS": "1",
        "TANDEM_DEVICE": "cpu",
        "TANDEM_THREADS": "1",
        "TANDEM_SLOTS": "4",
        # Long enough for a worker that waits for its turn on a busy machine.
        "TANDEM_LEASE_SECONDS": "3",
    }


def database_url() -> str:
    """Of the database that the tests write to, not of the one beside it."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return os.environ["DATABASE_URL"].replace("/postgres?", f"/{name}?")


def can_write() -> bool:
    """Whether no other process holds the one lock that SQLite has."""
    if connection.vendor != "sqlite":
        return True
    name = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(name, timeout=0)) as probe:
        try:
            probe.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        probe.rollback()
    return True


class Worker:
    def __init__(self, environment: Mapping[str, str]) -> None:
        options = f"worker --pool threads {MODEL_OPTIONS} --without-gossip"
        self._process = celery_start(MODEL_APP, options, environment)
        self.name = f"{socket.gethostname()}:{self._process.pid}"  # as rows name it

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    @property
    def status(self) -> WorkerStatus | None:
        """What it last said of itself."""
        return next((s for s in workers_alive() if s.name == self.name), None)

    @property
    def is_ready(self) -> bool:
        assert self.is_running, f"{self.name} ended with {self._process.returncode}"
        status = self.status
        return status is not None and all(
            model.state is ModelState.READY for model in status.models
        )

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def pause(self) -> None:
        """Between two writes: with SQLite's one lock in hand, it would stop all."""
        self._stop()
        while not can_write():
            self.resume()
            time.sleep(0.01)
            self._stop()

    def resume(self) -> None:
        self.signal(signal.SIGCONT)

    def _stop(self) -> None:
        self.signal(signal.SIGSTOP)
        process = psutil.Process(self._process.pid)
        eventually(lambda: process.status() == psutil.STATUS_STOPPED)

    def kill_models(self) -> None:
        """The process that it has for them, and not the worker itself."""
        [models] = psutil.Process(self._process.pid).children()
        models.kill()

    def kill(self) -> None:
        """As the out-of-memory killer does it: no last words."""
        self._process.kill()
        self._process.wait()

    def wait(self, seconds: float) -> int:
        """Its exit status. Raises subprocess.TimeoutExpired."""
        return self._process.wait(seconds)

    def end(self) -> None:
        process_end(self._process)


class Crew:
    """All model workers. Those that survive one test serve the next."""

    def __init__(self, *, models: str, models_home: Path) -> None:
        self._environment = {
            **celery_environment(),
            "TANDEM_MODELS": models,
            "TANDEM_MODELS_HOME": str(models_home),
        }
        self._workers: list[Worker] = []

    def start(self) -> Worker:
        """One more. It is ready some seconds later."""
        self._workers.append(Worker(self._environment))
        return self._workers[-1]

    def muster(self, count: int, *, reserve: int = 0) -> list[Worker]:
        """Exactly so many, ready; those of the reserve may still be on their way."""
        self._workers = [w for w in self._workers if w.is_running]
        while len(self._workers) < count + reserve:
            self.start()
        while len(self._workers) > count + reserve:
            self._workers.pop().kill()
        eventually(lambda: len(self._ready) >= count, seconds=START_SECONDS)
        return list(self._workers)

    @property
    def _ready(self) -> list[Worker]:
        return [worker for worker in self._workers if worker.is_ready]

    def of(self, generation: Generation) -> Worker:
        """The one that answers it at the moment."""
        generation.refresh_from_db()
        return next(w for w in self._workers if w.name == generation.worker)

    def others_than(self, worker: Worker) -> list[str]:
        """The names of those that can go on when this one is gone."""
        return [w.name for w in self._workers if w is not worker and w.is_running]

    def close(self) -> None:
        for worker in self._workers:
            worker.kill()


def default_worker_start() -> "subprocess.Popen[bytes]":
    options = "worker --pool threads --concurrency 2 --queues default"
    return celery_start("webapp.celery", options, celery_environment())


def beat_start() -> "subprocess.Popen[bytes]":
    schedule = settings.TANDEM_HOME / "beat-schedule"
    return celery_start(
        "webapp.celery", f"beat --schedule {schedule}", celery_environment()
    )
