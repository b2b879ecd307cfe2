"""Check-points and ends to the database: the one thread that writes outputs."""

import time
from collections.abc import Callable, Sequence

from django.conf import settings

from inference.worker.job import Job
from inference.worker.jobs import Jobs
from inference.worker.loop import Loop
from webapp.generation.models import Generation
from webapp.generation.services import Ended, checkpoints_save, generations_end

# Of a document's segments some end in every step. Nobody waits for a single one, and
# the engine has others in its line: ends of a while are one transaction.
_BATCH_ENDS_SECONDS = 0.1
_BATCH_CHECKPOINT_SECONDS = 1.0  # most are shorter; the stream has every token


class Recorder(Loop):
    """Ends that somebody waits for are written at once, those that come together in one
    transaction, and the rest about four times a second."""

    def __init__(self, jobs: Jobs, *, may_end: Callable[[Job], bool]) -> None:
        super().__init__("recorder", settings.CHECKPOINT_SECONDS)
        self._jobs = jobs
        self._may_end = may_end
        self._batch_ends_at = 0.0
        self._next_save_at = 0.0
        self._batch_save_at = 0.0

    def turn(self) -> None:
        self._save_ends()
        # An end calls for a turn, and must not make all others save what they have.
        if time.monotonic() >= self._next_save_at:
            self._save_checkpoints()
            self._next_save_at = time.monotonic() + settings.CHECKPOINT_SECONDS

    def _save_ends(self) -> None:
        # Readers should have the last token before they hear of the end.
        ended = [job for job in self._jobs if job.has_ended and self._may_end(job)]
        wait = self._batch_ends_at - time.monotonic()
        if wait > 0 and all(map(_is_batch, ended)):
            self._seconds = wait if ended else settings.CHECKPOINT_SECONDS
            return
        self._seconds = settings.CHECKPOINT_SECONDS
        if ended:
            self._end(ended)
            self._batch_ends_at = time.monotonic() + _BATCH_ENDS_SECONDS

    def _end(self, ended: Sequence[Job]) -> None:
        generations_end(
            ended=[Ended(job.generation_id, job.epoch, job.ending()) for job in ended]
        )
        for job in ended:
            self._jobs.remove(job)

    def _save_checkpoints(self) -> None:
        is_batch_due = time.monotonic() >= self._batch_save_at
        if is_batch_due:
            self._batch_save_at = time.monotonic() + _BATCH_CHECKPOINT_SECONDS
        due = [job for job in self._jobs if is_batch_due or not _is_batch(job)]
        pairs = [(job, c) for job in due if (c := job.checkpoint())]
        if not pairs:
            return
        checkpoints_save(checkpoints=[checkpoint for _job, checkpoint in pairs])
        for job, checkpoint in pairs:
            job.saved(checkpoint)


def _is_batch(job: Job) -> bool:
    return job.queue == Generation.Queue.BATCH
