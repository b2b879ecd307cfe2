"""Would a prompt be answered now? And if not, why, in words."""

from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from inference.contract import ModelState, ModelStatus
from webapp.common.redis import RedisError, redis_client
from webapp.generation.heartbeats import WorkerStatus, workers_alive
from webapp.generation.selectors import statuses_merge
from webapp.generation.sweeper import sweeper_is_alive


@dataclass
class Readiness:
    """What machines and the launcher are told. Ready means: no reasons against it."""

    database: str = "ok"
    redis: str = "ok"
    sweeper: str = "ok"
    workers: list[dict[str, Any]] = field(default_factory=list)
    models: dict[str, dict[str, Any]] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)

    @property
    def is_ready(self) -> bool:
        return not self.reasons

    def to_dict(self) -> dict[str, Any]:
        return {"ready": self.is_ready, **asdict(self)}


def readiness_check() -> Readiness:
    readiness = Readiness()
    _check_database(readiness)
    _check_redis(readiness)
    if readiness.redis == "ok":
        _check_workers(readiness, workers_alive())
        # Without it prompts are answered, but lost ones are not found again.
        readiness.sweeper = "ok" if sweeper_is_alive() else "silent"
    return readiness


def _check_database(readiness: Readiness) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM generation_generation LIMIT 1")
    except DatabaseError as error:
        readiness.database = type(error).__name__
        readiness.reasons.append("The database does not answer, or is not migrated.")


def _check_redis(readiness: Readiness) -> None:
    try:
        redis_client().ping()
    except RedisError as error:
        readiness.redis = type(error).__name__
        readiness.reasons.append("Redis does not answer.")


def _check_workers(readiness: Readiness, workers: list[WorkerStatus]) -> None:
    readiness.workers = [
        {"name": worker.name, "slots": worker.slots, "running": worker.running}
        for worker in workers
    ]
    if not workers:
        readiness.reasons.append("No model worker is running.")
        return
    statuses = statuses_merge(workers)
    for name in settings.MODEL_NAMES:
        readiness.models[name] = _model(statuses.get(name))
    # The first one is what people get.
    if reason := _reason(settings.MODEL_NAMES[0], readiness.models):
        readiness.reasons.append(reason)


def _model(status: ModelStatus | None) -> dict[str, Any]:
    if status is None:
        return {"state": "absent", "progress": 0.0, "reason": ""}
    return {
        "state": status.state.value,
        "progress": round(status.progress, 2),
        "reason": status.reason,
    }


def _reason(name: str, models: dict[str, dict[str, Any]]) -> str:
    model = models[name]
    if model["state"] == ModelState.READY:
        return ""
    if model["state"] == ModelState.LOADING:
        return f"The model {name} is loading ({model['progress']:.0%})."
    if model["state"] == ModelState.FAILED:
        return f"The model {name} is not available: {model['reason']}"
    return f"No worker has the model {name}."
