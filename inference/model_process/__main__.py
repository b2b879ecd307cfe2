"""The process of the models: `python -m inference.model_process FILE_DESCRIPTOR`.

It ends when it is told to, and when nobody is at the other end any more.
"""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from inference.contract import EngineEvent, ModelStatus
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
    order_decode,
)
from inference.runtime import Runtime

_ALIVE_SECONDS = 0.5


class Reporter:
    """To the other end. Thread-safe; a reader who is slow holds the engines up."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.RLock()

    def events(self, events: Sequence[EngineEvent]) -> None:
        self._send(Events.of(events))

    def status(self, status: ModelStatus) -> None:
        self._send(Status(status))

    def statuses(self, runtime: Runtime) -> None:
        with self._lock:  # what changes meanwhile is told after these
            for status in runtime.statuses():
                self.status(status)

    def alive_regularly(self, runtime: Runtime) -> None:
        while True:
            self._send(Alive(runtime.last_step_at))
            time.sleep(_ALIVE_SECONDS)

    def _send(self, report: Report) -> None:
        data = encode(report)
        try:
            with self._lock:
                self._connection.send_bytes(data)
        except OSError:
            os._exit(0)  # nobody is there to be told


def serve(connection: Connection) -> None:
    reporter = Reporter(connection)
    runtime = _begin(_receive(connection), reporter)
    reporter.statuses(runtime)
    threading.Thread(
        target=reporter.alive_regularly, args=(runtime,), name="alive", daemon=True
    ).start()
    while not isinstance(order := _receive(connection), Close):
        _obey(runtime, order)
    runtime.close()


def _receive(connection: Connection) -> Order:
    try:
        return order_decode(connection.recv_bytes())
    except (EOFError, OSError):
        os._exit(0)  # what it was writing is not wanted any more


def _begin(order: Order, reporter: Reporter) -> Runtime:
    assert isinstance(order, Begin)
    return Runtime(
        models=order.models,
        config=order.config,
        models_home=Path(order.models_home),
        sink=reporter.events,
        on_status=reporter.status,
        versions=order.versions,
    )


def _obey(runtime: Runtime, order: Order) -> None:
    match order:
        case Submit():
            runtime.submit(order.request)
        case Cancel():
            runtime.cancel(order.request_id)
        case Want():
            runtime.versions_want(order.versions)
        case Retry():
            runtime.retry()
        case Tidy():
            runtime.tidy()


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):  # who began it hears them, and
        signal.signal(number, signal.SIG_IGN)  # gives back what is being written
    logging.basicConfig(
        level=os.environ.get("TANDEM_LOG_LEVEL", "INFO"),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    serve(Connection(int(sys.argv[1])))


if __name__ == "__main__":
    main()
