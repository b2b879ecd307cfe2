"""What runs: the command line and the environment of each process."""

import os
import sys
from dataclasses import replace

from django.conf import settings

from webapp.launch.child import ProcessSpec

NAMES = ("web", "model", "default", "beat", "train")
MAX_FRAME_BYTES = 262_144  # of the chat socket, see docs/protocol.md


def process_specs(*, models_are_installed: bool) -> list[ProcessSpec]:
    """All but Redis, in the order in which they should start loading."""
    return [
        _spec(
            "model", model_worker_command(), _model_environment(models_are_installed)
        ),
        _spec("web", web_command()),
        _spec("default", default_worker_command()),
        _spec("beat", beat_command()),
        replace(
            _spec(
                "train",
                train_worker_command(),
                _model_environment(models_are_installed),
            ),
            on_demand=True,
        ),
    ]


def web_command() -> tuple[str, ...]:
    return (
        *(sys.executable, "-m", "uvicorn", "webapp.asgi:application"),
        *("--host", settings.BIND, "--port", str(settings.PORT)),
        *("--ws-max-size", str(MAX_FRAME_BYTES)),
        *("--ws-ping-interval", "20", "--ws-ping-timeout", "20"),
        *("--timeout-graceful-shutdown", "5"),
        # Django alone decides which forwarded headers it believes.
        *("--no-proxy-headers", "--no-server-header", "--no-access-log"),
        *("--log-level", "warning"),
    )


def model_worker_command() -> tuple[str, ...]:
    return (
        *_celery("inference.worker.app", "worker"),
        *("--pool", "threads", "--concurrency", str(settings.TANDEM_SLOTS)),
        *("--queues", "interactive,batch", "--hostname", "model@%h"),
        *_QUIET_WORKER,
    )


def default_worker_command() -> tuple[str, ...]:
    return (
        *_celery("webapp.celery", "worker"),
        *("--pool", "threads", "--concurrency", "8"),
        *("--queues", "default", "--hostname", "default@%h"),
        *_QUIET_WORKER,
    )


def train_worker_command() -> tuple[str, ...]:
    return (
        *_celery("inference.worker.train_app", "worker"),
        # One job, and a thread that answers whoever asks whether it lives.
        *("--pool", "threads", "--concurrency", "1"),
        *("--queues", "train", "--hostname", "train@%h"),
        *_QUIET_WORKER,
    )


def beat_command() -> tuple[str, ...]:
    schedule = settings.TANDEM_HOME / "beat-schedule"
    return (
        *_celery("webapp.celery", "beat"),
        *("--schedule", str(schedule), "--pidfile", "", "--loglevel", "warning"),
    )


_QUIET_WORKER = ("--loglevel", "info", "--without-mingle", "--without-gossip")


def _celery(application: str, *command: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "celery", "--quiet", "-A", application, *command)


def _spec(
    name: str, command: tuple[str, ...], environment: dict[str, str] | None = None
) -> ProcessSpec:
    return ProcessSpec(name, command, environment or {}, settings.BASE_DIR)


def _model_environment(models_are_installed: bool) -> dict[str, str]:  # noqa: FBT001  # passed on as it is
    """What the person set stays; the rest is chosen for a shared machine."""
    threads = settings.TANDEM_THREADS or max(1, (os.cpu_count() or 2) - 1)
    chosen = {
        # Threads that spin while they wait make a busy neighbour six times dearer.
        "OMP_WAIT_POLICY": "PASSIVE",
        "OMP_NUM_THREADS": str(threads),
        "TOKENIZERS_PARALLELISM": "false",
    }
    if models_are_installed:  # nothing is left to fetch, so nothing may wait for a net
        chosen["HF_HUB_OFFLINE"] = "1"
    return {name: os.environ.get(name, value) for name, value in chosen.items()}
