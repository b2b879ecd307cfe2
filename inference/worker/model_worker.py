"""One process with its models: claims rows, feeds the engine, tells and keeps tokens.

engine thread -> jobs -> publisher (Redis)
                      -> recorder (database)
keeper: leases and heartbeat. Celery's threads only wait for their job's end.
"""

import logging
import os
import socket
import threading
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection

from inference.config import Device, EngineConfig
from inference.contract import (
    ChatMessage,
    EngineEvent,
    EventSink,
    GenerationRequest,
    ModelState,
    ModelStatus,
    PromptReady,
    Role,
    SamplingParams,
)
from inference.runtime import Runtime, StatusListener
from inference.worker.job import Job, Made
from inference.worker.jobs import Jobs
from inference.worker.keeper import Keeper
from inference.worker.publisher import Publisher
from inference.worker.recorder import Recorder
from webapp.common.redis import RedisError
from webapp.generation.heartbeats import heartbeat_end
from webapp.generation.models import Generation
from webapp.generation.services import (
    generation_claim,
    generation_release,
    leases_renew,
)
from webapp.generation.sweeper import model_wake, queue_wake
from webapp.generation.token_log import (
    Transcribed,
    token_log_open,
    token_log_read,
)

log = logging.getLogger(__name__)

_DRAIN_SECONDS = 8.0  # then the process goes, whatever it is waiting for
RuntimeMaker = Callable[[EventSink, StatusListener], Runtime]


class ModelWorker:
    def __init__(self, *, name: str, make_runtime: RuntimeMaker) -> None:
        self.name = name
        self.jobs = Jobs(settings.TANDEM_SLOTS)
        self._is_draining = threading.Event()
        self._exit = threading.Timer(_DRAIN_SECONDS, os._exit, args=[0])
        self._exit.daemon = True
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
        self.keeper = Keeper(
            name=name,
            jobs=self.jobs,
            runtime=self.runtime,
            on_lost_claim=self._drop,
        )

    def start(self) -> None:
        for loop in (self.publisher, self.recorder, self.keeper):
            loop.start()
        self.keeper.call()

    def generate(self, generation_id: UUID) -> None:
        """Answer it and return at its end; at once if it is not for us to answer."""
        row = Generation.objects.filter(
            id=generation_id, status=Generation.Status.QUEUED
        )
        queue_and_model = row.values_list("queue", "model").first()
        if queue_and_model is None or self._is_draining.is_set():
            return
        queue, model = queue_and_model
        status = self._ready_status(model)
        if status is None or not self.jobs.seat_take(generation_id, queue):
            return  # it stays queued, and is announced again
        try:
            job = self._begin(generation_id, status)
            connection.close()  # it would be held for as long as the answer takes
            if job:
                job.done.wait()
        finally:
            self.jobs.seat_give_back(generation_id)
        if queue == Generation.Queue.BATCH and not self._is_draining.is_set():
            queue_wake(queue=queue)
            connection.close()

    def drain(self) -> None:
        """Give every row back with what was made of it, and let the threads go."""
        if self._is_draining.is_set():
            return
        self._is_draining.set()
        # A database that does not answer must not hold up a deployment.
        self._exit.start()
        for job in self.jobs:
            made = job.release()
            self.runtime.cancel(job.request_id)
            generation_release(
                generation_id=job.generation_id,
                epoch=job.epoch,
                output=made.output,
                output_token_ids=made.output_token_ids,
            )
            self.jobs.remove(job)
        connection.close()

    def close(self) -> None:
        self._is_draining.set()
        for loop in (self.keeper, self.publisher, self.recorder):
            loop.close()
        self.runtime.close()
        try:
            heartbeat_end(self.name)
        except RedisError:
            log.warning("Redis is away; the heartbeat ends by itself")
        self._exit.cancel()

    def _begin(self, generation_id: UUID, status: ModelStatus) -> Job | None:
        generation = generation_claim(
            generation_id=generation_id,
            worker=self.name,
            model_version=status.info.version if status.info else "",
        )
        if generation is None:
            return None
        made = _made_before(generation)
        job = Job(generation, made)
        self.jobs.add(job)
        self.runtime.submit(_request(job.request_id, generation, made))
        return job

    def _ready_status(self, model: str) -> ModelStatus | None:
        for status in self.runtime.statuses():
            if status.name == model and status.state is ModelState.READY:
                return status
        return None

    def _sink(self, events: Sequence[EngineEvent]) -> None:
        """In the engine's thread: it never waits for Redis or the database."""
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
        try:
            model_wake(model=status.name)
        except DatabaseError:
            log.exception("what waits for %s waits for the sweeper", status.name)
        finally:
            connection.close()


def _made_before(generation: Generation) -> Made:
    """What an earlier claim left: the longer of its check-point and its stream."""
    id = str(generation.id)
    try:
        token_log_open(generation_id=id, epoch=generation.epoch)
        streamed = token_log_read(generation_id=id)
    except RedisError as error:
        log.warning("the stream of %s cannot be opened: %s", id, error)
        streamed = Transcribed()
    count = len(streamed.token_ids)
    if count > len(generation.output_token_ids):
        return Made(streamed.token_ids, streamed.text, count, streamed.text)
    return Made(generation.output_token_ids, generation.output, count, streamed.text)


def _request(id: str, generation: Generation, made: Made) -> GenerationRequest:
    return GenerationRequest(
        id=id,
        model=generation.model,
        messages=tuple(
            ChatMessage(Role(message["role"]), message["content"])
            for message in generation.messages
        ),
        sampling=SamplingParams.from_dict(generation.sampling),
        prefix_token_ids=tuple(generation.prefix_token_ids),
        resume_token_ids=tuple(made.token_ids),
    )


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


def _runtime(sink: EventSink, on_status: Any) -> Runtime:
    return Runtime(
        models=settings.TANDEM_MODELS,
        config=EngineConfig(
            device=Device(settings.TANDEM_DEVICE),
            num_threads=settings.TANDEM_THREADS or None,
            max_running=settings.TANDEM_SLOTS,
            scripted=settings.TANDEM_SCRIPTED,
        ),
        models_home=settings.TANDEM_MODELS_HOME,
        sink=sink,
        on_status=on_status,
    )
