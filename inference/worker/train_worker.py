"""One job at a time: claim its row, train, keep its lease, write what came of it."""

import importlib
import logging
import os
import shutil
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from inference.worker.loop import Loop
from webapp.tuning.models import TuningJob
from webapp.tuning.selectors import model_spec
from webapp.tuning.services import (
    Made,
    job_claim,
    job_end,
    job_finish,
    job_release,
    job_renew,
)

if TYPE_CHECKING:
    from inference.training.tuning.progress import TuningProgress
    from inference.training.tuning.run import TuningRequest, TuningResult

log = logging.getLogger(__name__)

_NICE = 5  # people who wait for answers come first
_LEASE_PARTS = 5
Status = TuningJob.Status
Runner = Callable[..., "TuningResult"]


class TrainWorker:
    def __init__(self, *, name: str) -> None:
        self._name = name
        self._is_draining = threading.Event()
        self._one_at_a_time = threading.Lock()

    def drain(self) -> None:
        self._is_draining.set()

    def tune(self, job_id: UUID) -> None:
        """Train it and return at its end; at once if it is not for us to train."""
        with self._one_at_a_time:
            if not self._is_draining.is_set():
                job = job_claim(job_id=job_id, worker=self._name)
                if job is not None:
                    _Run(job, self._is_draining).run()
            connection.close()


class _Run:
    """One claim of one job."""

    def __init__(self, job: TuningJob, is_draining: threading.Event) -> None:
        self._job = job
        self._is_draining = is_draining
        self._keeper = _LeaseKeeper(job)

    def run(self) -> None:
        self._keeper.start()
        try:
            result = _tuning_run()(
                _request(self._job),
                tell=self._keeper.tell,
                should_stop=self._should_stop,
            )
        except Exception as error:
            self._keeper.close()
            self._ended(error)
        else:
            self._keeper.close()
            self._finish(result)

    def _should_stop(self) -> bool:
        return self._is_draining.is_set() or self._keeper.is_over

    def _ended(self, error: Exception) -> None:
        """By name, because whoever has no job imports no library of models."""
        kind = type(error).__name__
        if kind == "TuningStopped":
            self._stopped()
            return
        if kind != "TrainingError":
            log.error("the job %s failed", self._job.id, exc_info=error)
        reason = str(error) if kind == "TrainingError" else f"{kind}: {error}"
        job_end(job=self._job, status=Status.FAILED, reason=reason)

    def _stopped(self) -> None:
        if self._keeper.is_cancelled:
            job_end(job=self._job, status=Status.CANCELLED)
        elif self._is_draining.is_set():
            job_release(job=self._job)
        else:
            log.warning("the job %s was taken over", self._job.id)

    def _finish(self, result: "TuningResult") -> None:
        made = Made(
            directory=str(result.directory),
            manifest_hash=result.version,
            data_hash=result.data_sha256,
            report=result.report,
            scores=result.comparison.to_dict(),
        )
        if job_finish(job=self._job, made=made) is not None:
            shutil.rmtree(job_home(self._job) / "checkpoints", ignore_errors=True)


class _LeaseKeeper(Loop):
    """Says that the job lives and how far it is, and hears of a stop."""

    def __init__(self, job: TuningJob) -> None:
        seconds = min(1.0, settings.LEASE_SECONDS / _LEASE_PARTS)
        super().__init__("tuning-lease", seconds)
        self._job = job
        self._progress: dict[str, Any] = dict(job.progress)
        self.is_cancelled = False
        self.is_over = False  # stopped, or another claim lives

    def tell(self, progress: "TuningProgress") -> None:
        self._progress = asdict(progress)

    def turn(self) -> None:
        claim = job_renew(job=self._job, progress=self._progress)
        self.is_cancelled |= claim.is_cancel_requested
        self.is_over |= self.is_cancelled or not claim.is_held


def job_home(job: TuningJob) -> Path:
    home: Path = settings.TUNING_HOME / "jobs" / str(job.id)
    return home


def _tuning_run() -> Runner:
    """Imports torch, which takes seconds and memory: not before there is a job."""
    torch = importlib.import_module("torch")
    threads = settings.TANDEM_THREADS or max(1, (os.cpu_count() or 2) - 1)
    torch.set_num_threads(threads)
    runner: Runner = importlib.import_module("inference.training.tuning.run").tuning_run
    return runner


def _request(job: TuningJob) -> "TuningRequest":
    """Raises TrainingError naming a wrong setting."""
    run = importlib.import_module("inference.training.tuning.run")
    kind = importlib.import_module("inference.training.tuning.settings")
    direction = importlib.import_module("inference.training.direction").Direction
    request: TuningRequest = run.TuningRequest(
        model=job.base.directory if job.base else model_spec(job.model),
        models_home=settings.TANDEM_MODELS_HOME,
        data=Path(job.data_path),
        home=job_home(job),
        settings=kind.TuningSettings.from_dict(job.settings),
        direction=direction.parse(job.direction) if job.direction else None,
        label=f"{job.model}, {job.data_name}",
    )
    return request
