"""Keeps the engine in batch work: claims together what its seats are free for."""

from collections.abc import Callable, Mapping, Sequence

from inference.worker.job import Job
from inference.worker.loop import Loop
from inference.worker.seats import Seat, Seats
from webapp.generation.models import Generation
from webapp.generation.services import generations_claim

_IDLE_SECONDS = 1.0  # a wake-up may be lost, or go to a worker that is full
Begin = Callable[[Sequence[Generation]], Sequence[Job]]


class Feeder(Loop):
    """Called when a wake-up of the batch comes, and when a job has ended.

    The wake-ups carry no work here: whoever has room takes what waits longest.
    """

    def __init__(
        self,
        *,
        name: str,
        seats: Seats,
        versions: Callable[[], Mapping[str, str]],
        begin: Begin,
    ) -> None:
        super().__init__("feeder", _IDLE_SECONDS)
        self._name = name
        self._seats = seats
        self._versions = versions  # of the models that are ready, by their names
        self._begin = begin
        self._taken: dict[Job, Seat] = {}

    def turn(self) -> None:
        self._free_seats()
        versions = self._versions()
        if not versions or not _waits():
            return
        seats = self._seats.take_batch()
        try:
            for job in self._claim(versions, len(seats)):
                self._taken[job] = seats.pop()
        finally:
            for seat in seats:
                self._seats.give_back(seat)

    def _claim(self, versions: Mapping[str, str], count: int) -> Sequence[Job]:
        if not count:
            return []
        claimed = generations_claim(
            worker=self._name,
            queue=Generation.Queue.BATCH,
            versions=versions,
            count=count,
        )
        return self._begin(claimed)

    def _free_seats(self) -> None:
        for job in [job for job in self._taken if job.done.is_set()]:
            self._seats.give_back(self._taken.pop(job))


def _waits() -> bool:
    """A look that holds nobody up, where there mostly is nothing."""
    waiting = Generation.objects.filter(
        status=Generation.Status.QUEUED, queue=Generation.Queue.BATCH
    )
    return waiting.exists()
