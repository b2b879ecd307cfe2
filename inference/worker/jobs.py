"""All jobs of this worker, by the id of their request to the engine."""

import threading
from collections.abc import Callable, Iterator

from inference.worker.job import Job


class Jobs:
    """Thread-safe. Iterating takes a copy, so jobs may come and go meanwhile."""

    def __init__(self, *, on_removed: Callable[[], None] = lambda: None) -> None:
        self._lock = threading.Lock()
        self._on_removed = on_removed
        self._jobs: dict[str, Job] = {}

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
        self._on_removed()
