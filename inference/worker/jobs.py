"""All jobs of this worker, by the id of their request to the engine."""

import threading
from collections.abc import Iterator
from uuid import UUID

from inference.worker.job import Job
from webapp.generation.models import Generation


class Jobs:
    """Thread-safe. Iterating takes a copy, so jobs may come and go meanwhile."""

    def __init__(self, slots: int) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._batch: set[UUID] = set()
        # The batch never takes all slots, unless there is but one.
        self._most_batch = max(1, slots - max(1, slots // 4))

    def __iter__(self) -> Iterator[Job]:
        with self._lock:
            return iter(list(self._jobs.values()))

    def __len__(self) -> int:
        return len(self._jobs)

    def get(self, request_id: str) -> Job | None:
        return self._jobs.get(request_id)

    def add(self, job: Job) -> None:
        with self._lock:
            self._jobs[job.request_id] = job

    def remove(self, job: Job) -> None:
        """Its thread may go."""
        with self._lock:
            if self._jobs.get(job.request_id) is job:
                del self._jobs[job.request_id]
        job.done.set()

    def seat_take(self, generation_id: UUID, queue: str) -> bool:
        """May one of this queue begin here? Give the seat back afterwards."""
        if queue != Generation.Queue.BATCH:
            return True
        with self._lock:
            if len(self._batch) >= self._most_batch:
                return False
            self._batch.add(generation_id)
            return True

    def seat_give_back(self, generation_id: UUID) -> None:
        with self._lock:
            self._batch.discard(generation_id)
