"""One worker and its models: claims rows, feeds the engine, tells and keeps tokens.

models' process -> jobs -> publisher (Redis)
                        -> recorder (database)
feeder: claims the batch, many at once. keeper: leases and heartbeat. Celery's threads
only wait for their job's end.
"""

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection

from inference.config import Device, EngineConfig, Precision
from inference.contract import (
    EngineEvent,
    ErrorCode,
    EventSink,
    GenerationError,
    ModelState,
    ModelStatus,
    PromptReady,
)
from inference.model_process.runtime_process import RuntimeProcess
from inference.runtime import Runtime, StatusListener
from inference.worker.begin import made_before, request_of, streams_open
from inference.worker.feeder import Feeder
from inference.worker.job import Job, Made
from inference.worker.jobs import Jobs
from inference.worker.keeper import Keeper
from inference.worker.loop import Loop
from inference.worker.publisher import Publisher
from inference.worker.recorder import Recorder
from inference.worker.seats import Seat, Seats
from inference.worker.version_watch import VersionWatch, versions_at_start
from webapp.common.exit_codes import EXIT_CUT_SHORT, EXIT_MODELS_LOST
from webapp.common.redis import RedisError
from webapp.generation.heartbeats import heartbeat_end
from webapp.generation.models import Generation
from webapp.generation.services import (
    generation_claim,
    generation_release,
    leases_renew,
)
from webapp.generation.sweeper import model_wake, queue_wake
from webapp.launch.tether import tether_command

log = logging.getLogger(__name__)

_DRAIN_SECONDS = 8.0  # then the process goes, whatever it is waiting for
Queue, Status = Generation.Queue, Generation.Status
AnyRuntime = Runtime | RuntimeProcess
RuntimeMaker = Callable[[EventSink, StatusListener], AnyRuntime]


class ModelWorker:
    def __init__(
        self,
        *,
        name: str,
        make_runtime: RuntimeMaker,
        exit_process: Callable[[int], None] = os._exit,
    ) -> None:
        self.name = name
        self.jobs = Jobs(on_removed=lambda: self.feeder.call())
        self.seats = Seats(settings.TANDEM_SLOTS)
        self._is_draining = threading.Event()
        self._exit = threading.Timer(
            _DRAIN_SECONDS, exit_process, args=[EXIT_CUT_SHORT]
        )
        self._exit.daemon = True
        self.feeder = Feeder(
            name=name,
            seats=self.seats,
            versions=self._versions_ready,
            begin=self._begin,
        )
        self.runtime = make_runtime(self._sink, self._model_changed)
        self.publisher = Publisher(
            self.jobs,
            on_cancel=lambda job: self.runtime.cancel(job.request_id),
            on_lost_claim=self._drop,
            on_published=lambda: self.recorder.call() if self._has_ends() else None,
            holds_claim=_holds_claim,
        )
        self.recorder = Recorder(
            self.jobs,
            may_end=lambda job: job.is_published or self.publisher.is_cut_off,
        )
        self.versions = VersionWatch(self.runtime)
        self.keeper = Keeper(
            name=name,
            jobs=self.jobs,
            runtime=self.runtime,
            on_lost_claim=self._drop,
        )

    def start(self) -> None:
        for loop in self._loops:
            loop.start()
        self.keeper.call()

    @property
    def _loops(self) -> Sequence[Loop]:
        """In the order in which they start; they end the other way round."""
        return self.recorder, self.publisher, self.keeper, self.feeder, self.versions

    def generate(self, generation_id: UUID) -> None:
        """Answer it and return at its end; at once if it is not for us to answer.

        One of the batch is left to the feeder, which takes it with others.
        """
        row = Generation.objects.filter(id=generation_id, status=Status.QUEUED)
        generation = row.only("queue", "model", "attempts").first()
        if generation is None or self._is_draining.is_set():
            return
        if generation.queue == Queue.BATCH and not generation.is_last_attempt:
            self.feeder.call()
            return
        version = self._versions_ready().get(generation.model)
        seat = None if version is None else self._seat_take(generation)
        if version is None or seat is None:
            return  # it stays queued, and is announced again
        try:
            claimed = generation_claim(
                generation_id=generation_id, worker=self.name, model_version=version
            )
            jobs = self._begin([claimed] if claimed else [])
            connection.close()  # it would be held for as long as the answer takes
            for job in jobs:
                job.done.wait()
        finally:
            self.seats.give_back(seat)
        self._wake_next(seat)

    def _seat_take(self, generation: Generation) -> Seat | None:
        """A prompt that may have killed its workers must not take others with it."""
        if not generation.is_last_attempt:
            return self.seats.take()
        return self.seats.take_alone(lambda: _is_queued(generation.id))

    def _wake_next(self, seat: Seat) -> None:
        """Those that were not let in while one was alone."""
        if not seat.is_alone or self._is_draining.is_set():
            return
        queue_wake(queue=Queue.INTERACTIVE, count=settings.TANDEM_SLOTS)
        self.feeder.call()
        connection.close()

    def drain(self) -> None:
        """Give every row back with what was made of it, and let the threads go."""
        if self._is_draining.is_set():
            return
        self._is_draining.set()
        # A database that does not answer must not hold up a deployment.
        self._exit.start()
        self.seats.close()
        for job in self.jobs:
            self._give_back(job)
        connection.close()

    def close(self) -> None:
        self._is_draining.set()
        self.seats.close()
        for loop in reversed(self._loops):
            loop.close()
        self.runtime.close()
        try:
            heartbeat_end(self.name)
        except RedisError:
            log.warning("Redis is away; the heartbeat ends by itself")
        self._exit.cancel()

    def _begin(self, claimed: Sequence[Generation]) -> Sequence[Job]:
        if not claimed:
            return []
        streams_open(claimed)
        return [self._submit(generation) for generation in claimed]

    def _submit(self, generation: Generation) -> Job:
        for job in self.jobs:
            if job.generation_id == generation.id:  # we were paused, and lost it
                self._drop(job)
        made = made_before(generation)
        job = Job(generation, made)
        self.jobs.add(job)
        if self._is_draining.is_set():  # since we looked; `drain` may not have seen it
            self._give_back(job)
        else:
            self._ask(job, generation, made)
        return job

    def _ask(self, job: Job, generation: Generation, made: Made) -> None:
        """What cannot be asked ends its own row, and none that was claimed with it."""
        try:
            self.runtime.submit(request_of(job.request_id, generation, made))
        except Exception as problem:
            log.exception("%s cannot be asked for", job.id)
            error = GenerationError(ErrorCode.INTERNAL, {"reason": str(problem)})
            job.fail(error)
            self.publisher.call()

    def _give_back(self, job: Job) -> None:
        made = job.release()
        self.runtime.cancel(job.request_id)
        generation_release(
            generation_id=job.generation_id,
            epoch=job.epoch,
            output=made.output,
            output_token_ids=made.output_token_ids,
            explanation=made.explanation,
        )
        self.jobs.remove(job)

    def _versions_ready(self) -> dict[str, str]:
        """Of the models that can answer now, by their names."""
        return {
            status.name: status.info.version if status.info else ""
            for status in self.runtime.statuses()
            if status.state is ModelState.READY
        }

    def _sink(self, events: Sequence[EngineEvent]) -> None:
        """In the thread that all events come by: it never waits for Redis or the
        database."""
        for event in events:
            job = self.jobs.get(event.request_id)
            if job is None:
                continue
            if isinstance(event, PromptReady):
                job.prompt_take(event)
            else:
                job.chunk_take(event)
        self.publisher.call()

    def _has_ends(self) -> bool:
        return any(job.has_ended for job in self.jobs)

    def _drop(self, job: Job) -> None:
        """Somebody else has the row: stop, and write nothing more."""
        if self._is_draining.is_set():  # it was given back, not taken
            return
        log.warning("%s was taken over; epoch %d is over", job.id, job.epoch)
        job.release()
        self.runtime.cancel(job.request_id)
        self.jobs.remove(job)

    def _model_changed(self, status: ModelStatus) -> None:
        """In the runtime's thread, which must not end with a database that is away."""
        if status.state is not ModelState.READY:
            return
        self.feeder.call()
        try:
            model_wake(model=status.name)
        except DatabaseError:
            log.exception("what waits for %s waits for the sweeper", status.name)
        finally:
            connection.close()


def _is_queued(generation_id: UUID) -> bool:
    row = Generation.objects.filter(id=generation_id, status=Status.QUEUED)
    is_queued = row.exists()
    connection.close()  # who asks goes on to wait
    return is_queued


def _holds_claim(job: Job) -> bool:
    leases = leases_renew(claims=[(job.generation_id, job.epoch)])
    return leases[job.generation_id].is_held


def model_worker_start() -> ModelWorker:
    """As the settings say."""
    worker = ModelWorker(
        name=f"{socket.gethostname()}:{os.getpid()}", make_runtime=_runtime
    )
    worker.start()
    return worker


def engine_config() -> EngineConfig:
    """As the settings say."""
    return EngineConfig(
        device=Device(settings.TANDEM_DEVICE),
        precision=Precision(settings.TANDEM_PRECISION),
        num_threads=settings.TANDEM_THREADS or None,
        max_running=settings.TANDEM_SLOTS,
        prefill_chunk=settings.TANDEM_PREFILL_CHUNK or None,
        kv_bytes=settings.TANDEM_KV_MB * 2**20 or None,
        scripted=settings.TANDEM_SCRIPTED,
    )


def _runtime(sink: EventSink, on_status: StatusListener) -> AnyRuntime:
    return RuntimeProcess(
        models=settings.TANDEM_MODELS,
        config=engine_config(),
        models_home=settings.TANDEM_MODELS_HOME,
        sink=sink,
        on_status=on_status,
        # As if the worker itself had died: others go on with its answers.
        on_lost=lambda: os._exit(EXIT_MODELS_LOST),
        versions=versions_at_start(),
        wrap=tether_command(signal.SIGKILL),
    )
