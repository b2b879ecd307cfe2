"""From nothing to a page that answers: check, prepare, start, watch, end."""

import asyncio
import os
import signal

from asgiref.sync import sync_to_async
from django.conf import settings

from webapp.launch.console import Console
from webapp.launch.guards import home_lock, port_check
from webapp.launch.on_demand import keep_on_demand
from webapp.launch.preparation import prepare, setup_link_say
from webapp.launch.processes import process_specs
from webapp.launch.readiness import readiness_announce
from webapp.launch.redis_server import redis_spec, redis_wait
from webapp.launch.supervisor import Supervisor

END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def launch(console: Console) -> None:
    """Run everything until a signal. Raises CannotStartError, RedisUnavailableError."""
    for number in END_SIGNALS:
        signal.signal(number, _interrupt)
    with home_lock(settings.TANDEM_HOME):
        port_check(settings.BIND, settings.PORT)
        are_installed = prepare(console)
        asyncio.run(_supervise(console, are_installed=are_installed))


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


async def _supervise(console: Console, *, are_installed: bool) -> None:
    supervisor = Supervisor(console)
    is_told = _listen_for_signals(console, supervisor)
    starting = asyncio.create_task(
        _start_all(supervisor, console, are_installed=are_installed)
    )
    told = asyncio.create_task(is_told.wait())
    try:
        await asyncio.wait({starting, told}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            await starting  # a failure to start is raised here
        await told
    finally:
        starting.cancel()
        told.cancel()
        await supervisor.stop()
    console.say("Everything has ended.")


async def _start_all(
    supervisor: Supervisor, console: Console, *, are_installed: bool
) -> None:
    if settings.REDIS_IS_EMBEDDED:
        supervisor.start(redis_spec(settings.REDIS_SOCKET))
    await _redis_answers(console)
    specs = process_specs(models_are_installed=are_installed)
    for spec in specs:
        if not spec.on_demand:
            supervisor.start(spec)
    await readiness_announce(console)
    await sync_to_async(setup_link_say)(console)
    for spec in specs:
        if spec.on_demand:
            await keep_on_demand(supervisor, spec)


async def _redis_answers(console: Console) -> None:
    waiting = asyncio.create_task(redis_wait(settings.REDIS_URL))
    try:
        async with asyncio.timeout(5):
            await asyncio.shield(waiting)
    except TimeoutError:
        console.say("Waiting for Redis to answer")
        await waiting
    finally:
        waiting.cancel()


def _listen_for_signals(console: Console, supervisor: Supervisor) -> asyncio.Event:
    """Set at the first signal; one more Ctrl-C kills what is still ending.

    Only that: a closing terminal says SIGHUP twice, and is in no hurry.
    """
    is_told = asyncio.Event()

    def on_signal(number: int) -> None:
        if not is_told.is_set():
            console.say(f"Ending (process {os.getpid()})")
            is_told.set()
        elif number == signal.SIGINT:
            supervisor.kill()

    for number in END_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, on_signal, number)
    return is_told
