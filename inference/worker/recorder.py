"""Check-points and ends to the database: the one thread that writes outputs."""

import time
from collections.abc import Callable

from django.conf import settings

from inference.worker.job import Job
from inference.worker.jobs import Jobs
from inference.worker.loop import Loop
from webapp.generation.services import Ended, checkpoints_save, generations_end


class Recorder(Loop):
    """Ends are written at once, those that come together in one transaction, and the
    rest about four times a second."""

    def __init__(self, jobs: Jobs, *, may_end: Callable[[Job], bool]) -> None:
        super().__init__("recorder", settings.CHECKPOINT_SECONDS)
        self._jobs = jobs
        self._may_end = may_end
        self._next_save_at = 0.0

    def turn(self) -> None:
        self._save_ends()
        # An end calls for a turn, and must not make all others save what they have.
        if time.monotonic() >= self._next_save_at:
            self._save_checkpoints()
            self._next_save_at = time.monotonic() + settings.CHECKPOINT_SECONDS

    def _save_ends(self) -> None:
        # Readers should have the last token before they hear of the end.
        ended = [job for job in self._jobs if job.has_ended and self._may_end(job)]
        if not ended:
            return
        generations_end(
            ended=[Ended(job.generation_id, job.epoch, job.ending()) for job in ended]
        )
        for job in ended:
            self._jobs.remove(job)

    def _save_checkpoints(self) -> None:
        pairs = [(job, c) for job in self._jobs if (c := job.checkpoint())]
        if not pairs:
            return
        checkpoints_save(checkpoints=[checkpoint for _job, checkpoint in pairs])
        for job, checkpoint in pairs:
            job.saved(checkpoint)
