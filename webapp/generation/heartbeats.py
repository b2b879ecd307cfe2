"""What each model worker says of itself, about once a second, in Redis.

`worker:{name}` expires when its worker is silent; the set `workers` names them all.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import redis.asyncio

from inference.contract import ModelInfo, ModelState, ModelStatus, ModelTask
from webapp.common.redis import RedisError, redis_client

_NAMES = "workers"
ALIVE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    name: str
    slots: int
    running: int
    models: tuple[ModelStatus, ...]


def heartbeat_send(status: WorkerStatus) -> None:
    pipe = redis_client().pipeline(transaction=False)
    pipe.set(_key(status.name), json.dumps(asdict(status)), ex=ALIVE_SECONDS)
    pipe.sadd(_NAMES, status.name)
    pipe.execute()


def heartbeat_end(name: str) -> None:
    """The worker goes on purpose: nobody needs to wait for its silence."""
    pipe = redis_client().pipeline(transaction=False)
    pipe.delete(_key(name))
    pipe.srem(_NAMES, name)
    pipe.execute()


def workers_alive() -> list[WorkerStatus]:
    """Empty when there is none, and when Redis cannot be asked."""
    try:
        client = redis_client()
        names: Any = client.smembers(_NAMES)
        values: Any = client.mget(_keys(names)) if names else []
    except RedisError:
        return []
    silent = [name for name, value in zip(names, values, strict=True) if not value]
    if silent:
        client.srem(_NAMES, *silent)
    return _parse(values)


async def workers_alive_async(client: "redis.asyncio.Redis") -> list[WorkerStatus]:
    """As above, for an event loop; raises RedisError."""
    names: Any = await client.smembers(_NAMES)  # type: ignore[misc]  # async client
    values: Any = await client.mget(_keys(names)) if names else []
    return _parse(values)


def _key(name: str) -> str:
    return f"worker:{name}"


def _keys(names: Iterable[str]) -> list[str]:
    return [_key(name) for name in names]


def _parse(values: Sequence[str | None]) -> list[WorkerStatus]:
    return [_status(json.loads(value)) for value in values if value]


def _status(values: dict[str, Any]) -> WorkerStatus:
    models = tuple(_model(model) for model in values["models"])
    return WorkerStatus(**{**values, "models": models})


def _model(values: dict[str, Any]) -> ModelStatus:
    info = values["info"]
    if info:
        task = ModelTask(info.get("task", ModelTask.CHAT))
        languages = tuple(info["languages"])
        info = ModelInfo(**{**info, "languages": languages, "task": task})
    return ModelStatus(**{**values, "state": ModelState(values["state"]), "info": info})
