"""The end of a worker: what `Runtime` offers, of models in another process."""

import logging
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from inference.config import EngineConfig
from inference.contract import (
    EngineEvent,
    EventSink,
    GenerationRequest,
    ModelState,
    ModelStatus,
    model_names,
)
from inference.engine.scripted import SCRIPTED_INFO
from inference.model_process.messages import (
    Alive,
    Begin,
    Cancel,
    Close,
    Events,
    Order,
    Report,
    Retry,
    Status,
    Submit,
    Tidy,
    Want,
    encode,
    report_decode,
)
from inference.model_slot import WantedVersion
from inference.runtime import StatusListener

log = logging.getLogger(__name__)

_ROOT = Path(__file__).parents[2]
_END_SECONDS = 5.0


class RuntimeProcess:
    """`Runtime`, a process away. All methods are thread-safe and quick.

    The sink is called from one thread, `on_status` from another. `on_lost` is told when
    the process has ended though nobody asked it to: what it was writing is lost here,
    and nothing will come any more. `wrap` comes before the command, for instance to
    make the process end with this one even if this one is killed: it is started by
    the thread that reads from it to the end.
    """

    def __init__(
        self,
        *,
        models: Sequence[str],
        config: EngineConfig,
        models_home: Path,
        sink: EventSink,
        on_lost: Callable[[], None],
        on_status: StatusListener = lambda _: None,
        versions: Mapping[str, WantedVersion] | None = None,
        wrap: Sequence[str] = (),
    ) -> None:
        self._sink = sink
        self._on_lost = on_lost
        self._on_status = on_status
        self._wrap = wrap
        names = model_names(models)
        if config.scripted:
            names.append(SCRIPTED_INFO.name)
        self._statuses = {name: ModelStatus(name, ModelState.LOADING) for name in names}
        self._changed: queue.SimpleQueue[ModelStatus | None] = queue.SimpleQueue()
        self._last_step_at = time.monotonic()
        self._is_closed = False
        self._lock = threading.Lock()
        ours, theirs = socket.socketpair()
        self._connection = Connection(ours.detach())
        self._reader = _start(lambda: self._run(theirs), "models-reader")
        self._teller = _start(self._tell_loop, "models-statuses")
        wanted = dict(versions or {})
        self._send(Begin(tuple(models), config, str(models_home.absolute()), wanted))

    def statuses(self) -> list[ModelStatus]:
        """Of each model, in the order of the list."""
        return list(self._statuses.values())

    def submit(self, request: GenerationRequest) -> None:
        self._send(Submit(request))

    def cancel(self, request_id: str) -> None:
        self._send(Cancel(request_id))

    def retry(self) -> None:
        self._send(Retry())

    def versions_want(self, wanted: Mapping[str, WantedVersion]) -> None:
        self._send(Want(dict(wanted)))

    def tidy(self) -> None:
        self._send(Tidy())

    @property
    def last_step_at(self) -> float:
        """As last heard of: that of a process that hangs grows old too."""
        return self._last_step_at

    def close(self) -> None:
        """End the process; running requests get no further chunk."""
        self._is_closed = True
        self._send(Close())
        self._reader.join()
        self._teller.join()

    def _send(self, order: Order) -> None:
        data = encode(order)
        try:
            with self._lock:
                self._connection.send_bytes(data)
        except OSError as error:  # the reader sees its end, and tells
            log.warning("the models' process takes nothing: %s", error)

    def _run(self, theirs: socket.socket) -> None:
        with theirs:
            process = self._process_start(theirs.fileno())
        try:
            while True:
                self._take(report_decode(self._connection.recv_bytes()))
        except (EOFError, OSError):
            self._ended(process)
        finally:
            self._changed.put(None)

    def _process_start(self, descriptor: int) -> "subprocess.Popen[bytes]":
        program = (sys.executable, "-m", "inference.model_process", str(descriptor))
        return subprocess.Popen(  # noqa: S603  # only what our own code wraps it in
            (*self._wrap, *program),
            pass_fds=[descriptor],
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": _python_path()},
        )

    def _take(self, report: Report) -> None:
        match report:
            case Events():
                self._tell([*report.prompts, *report.chunks])
            case Status():
                self._statuses[report.status.name] = report.status
                self._changed.put(report.status)
            case Alive():
                self._last_step_at = report.last_step_at

    def _tell(self, events: Sequence[EngineEvent]) -> None:
        try:
            self._sink(events)
        except Exception:
            log.exception("the sink of events failed")

    def _ended(self, process: "subprocess.Popen[bytes]") -> None:
        try:
            code = process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        if not self._is_closed:
            log.critical("the models' process has ended by itself: %d", code)
            self._on_lost()

    def _tell_loop(self) -> None:
        while (status := self._changed.get()) is not None:
            self._on_status(status)


def _python_path() -> str:
    others = os.environ.get("PYTHONPATH", "")
    return os.pathsep.join(filter(None, (str(_ROOT), others)))


def _start(target: Callable[[], None], name: str) -> threading.Thread:
    thread = threading.Thread(target=target, name=name, daemon=True)
    thread.start()
    return thread
