"""Check-points and ends to the database: the one thread that writes outputs."""

from collections.abc import Callable

from django.conf import settings

from inference.worker.job import Job
from inference.worker.jobs import Jobs
from inference.worker.loop import Loop
from webapp.generation.services import checkpoints_save, generation_end


class Recorder(Loop):
    """Ends are written at once, the rest about four times a second."""

    def __init__(self, jobs: Jobs, *, may_end: Callable[[Job], bool]) -> None:
        super().__init__("recorder", settings.CHECKPOINT_SECONDS)
        self._jobs = jobs
        self._may_end = may_end

    def turn(self) -> None:
        self._save_checkpoints()
        for job in self._jobs:
            # Readers should have the last token before they hear of the end.
            if job.has_ended and self._may_end(job):
                generation_end(
                    generation_id=job.generation_id,
                    epoch=job.epoch,
                    ending=job.ending(),
                )
                self._jobs.remove(job)

    def _save_checkpoints(self) -> None:
        pairs = [(job, c) for job in self._jobs if (c := job.checkpoint())]
        if not pairs:
            return
        checkpoints_save(checkpoints=[checkpoint for _job, checkpoint in pairs])
        for job, checkpoint in pairs:
            job.saved(checkpoint)
