"""Keeps a handful of processes running, and ends them all together."""

import asyncio
import signal
import time
from collections.abc import Iterable

from webapp.common.exit_codes import EXIT_CUT_SHORT, EXIT_MODELS_LOST, EXIT_STUCK
from webapp.launch.child import Child, ProcessSpec
from webapp.launch.console import Console

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 30.0  # one that ran this long before it died starts again at once

# Together below the 15 s that an operator is promised.
GRACE_SECONDS = 10.0
LAST_GRACE_SECONDS = 3.0


class Supervisor:
    """Starts what it is given and starts it again when it dies, until `stop`."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._keepers: dict[str, asyncio.Task[None]] = {}
        self._children: dict[str, Child] = {}
        self._unwanted: set[str] = set()
        self._is_stopping = asyncio.Event()

    def is_kept(self, name: str) -> bool:
        return name in self._keepers

    async def end(self, name: str) -> None:
        """One alone, and do not start it again."""
        self._unwanted.add(name)
        if name in self._children:
            await self._children[name].end(GRACE_SECONDS)
        await self._keepers.pop(name)
        self._unwanted.discard(name)

    def start(self, spec: ProcessSpec) -> None:
        self._keepers[spec.name] = asyncio.create_task(self._keep(spec))

    async def stop(self) -> None:
        """End all within GRACE_SECONDS + LAST_GRACE_SECONDS; leave none."""
        self._is_stopping.set()
        children = list(self._children.values())
        await self._end((c for c in children if not c.spec.ends_last), GRACE_SECONDS)
        await self._end((c for c in children if c.spec.ends_last), LAST_GRACE_SECONDS)
        await asyncio.gather(*self._keepers.values())

    def kill(self) -> None:
        """For the impatient: no grace at all."""
        for child in self._children.values():
            child.signal(signal.SIGKILL)

    async def _end(self, children: Iterable[Child], grace: float) -> None:
        await asyncio.gather(*(child.end(grace) for child in children))

    async def _keep(self, spec: ProcessSpec) -> None:
        pause = FIRST_PAUSE
        while not self._is_stopping.is_set():
            started_at = time.monotonic()
            code = await self._run_once(spec)
            if self._is_stopping.is_set() or spec.name in self._unwanted:
                self._say_if_cut_short(spec, code)
                return
            if time.monotonic() - started_at > STEADY_SECONDS:
                pause = FIRST_PAUSE
            self._console.say(
                f"{spec.name} ended ({_words(code)}); starting it again in {pause:g} s"
            )
            await self._sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _say_if_cut_short(self, spec: ProcessSpec, code: int) -> None:
        """Of those that are told to end, only this one leaves something behind."""
        if code == EXIT_CUT_SHORT:
            self._console.say(f"{spec.name} ended ({_words(code)})")

    async def _run_once(self, spec: ProcessSpec) -> int:
        child = await Child.start(spec)
        self._children[spec.name] = child
        waiting = asyncio.create_task(child.wait(self._console))
        if self._is_stopping.is_set():  # `stop` came while it was being started
            await child.end(LAST_GRACE_SECONDS)
        return await waiting

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._is_stopping.wait()
        except TimeoutError:
            return


def _words(code: int) -> str:
    if code < 0:
        return f"killed by {signal.Signals(-code).name}"
    meaning = _MEANINGS.get(code)
    return f"exit code {code}: {meaning}" if meaning else f"exit code {code}"


_MEANINGS = {
    EXIT_MODELS_LOST: "the process of its models died",
    EXIT_STUCK: "its engine stood still",
    EXIT_CUT_SHORT: "before it had given everything back; others go on in seconds",
}
