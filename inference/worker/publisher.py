"""Tokens to Redis: one call for everything that was made since the last one."""

import logging
from collections.abc import Callable, Sequence

from inference.worker.job import Job
from inference.worker.jobs import Jobs
from inference.worker.loop import Loop
from webapp.common.redis import RedisError
from webapp.generation.token_log import (
    Appended,
    Outcome,
    Part,
    token_log_append,
    token_log_open,
)

log = logging.getLogger(__name__)

_IDLE_SECONDS = 1.0
_RETRY_SECONDS = 0.2
_PAUSE_SECONDS = 0.01  # nobody reads faster; what is made meanwhile is one call


class Publisher(Loop):
    """While Redis is away the jobs keep their tokens; they are appended after."""

    def __init__(
        self,
        jobs: Jobs,
        *,
        on_cancel: Callable[[Job], None],
        on_lost_claim: Callable[[Job], None],
        on_published: Callable[[], None],
        holds_claim: Callable[[Job], bool],
    ) -> None:
        super().__init__("publisher", _IDLE_SECONDS)
        self._jobs = jobs
        self._on_cancel = on_cancel
        self._on_lost_claim = on_lost_claim
        self._on_published = on_published
        self._holds_claim = holds_claim
        self.is_cut_off = False

    def turn(self) -> None:
        try:
            self._publish([(job, part) for job in self._jobs if (part := job.part())])
            self.is_cut_off = False
        except RedisError as error:
            if not self.is_cut_off:
                log.warning("Redis is away, tokens are kept: %s", error)
            self.is_cut_off = True
            self._closed.wait(_RETRY_SECONDS)
            self.call()
        self._on_published()
        self._closed.wait(_PAUSE_SECONDS)

    def _publish(self, pending: Sequence[tuple[Job, Part]]) -> None:
        """Until the stream has it all: what is refused is told again, another way."""
        for _attempt in range(3):
            if not pending:
                return
            answers = token_log_append([part for _job, part in pending])
            again: list[tuple[Job, Part]] = []
            for (job, part), appended in zip(pending, answers, strict=True):
                if better := self._answered(job, part, appended):
                    again.append((job, better))
            pending = again

    def _answered(self, job: Job, part: Part, appended: Appended) -> Part | None:
        """What to append instead, if it was not taken."""
        if appended.outcome is Outcome.STALE:
            self._on_lost_claim(job)
            return None
        if appended.outcome is Outcome.LOST:
            return self._reopen(job)
        if appended.outcome is Outcome.GAP:
            return job.part_after(appended.last_seq)
        job.published(part.seq)
        if appended.outcome is Outcome.CANCEL:
            self._on_cancel(job)
        return None

    def _reopen(self, job: Job) -> Part | None:
        """Redis forgot who may append. Only the row knows."""
        is_ours = self._holds_claim(job) and token_log_open(
            generation_id=job.id, epoch=job.epoch
        )
        if not is_ours:
            self._on_lost_claim(job)
            return None
        return job.part_after(0)
