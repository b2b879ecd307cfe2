"""One process: started in a session of its own, its output read line by line."""

import asyncio
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from webapp.launch.console import Console
from webapp.launch.tether import tether_command

_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """What to start. `ends_last`: the others need it while they end themselves."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    directory: Path | None = None
    ends_last: bool = False
    on_demand: bool = False  # started when there is work for it, see on_demand.py

    @property
    def signal_of_lost_parent(self) -> int:
        """SIGKILL is certain, and harmless to all but a server that writes to disk."""
        return signal.SIGTERM if self.ends_last else signal.SIGKILL


class Child:
    """A running process and everything it started (its process group)."""

    def __init__(self, spec: ProcessSpec, process: asyncio.subprocess.Process) -> None:
        self.spec = spec
        self._process = process

    @classmethod
    async def start(cls, spec: ProcessSpec) -> "Child":
        process = await asyncio.create_subprocess_exec(
            *(*tether_command(spec.signal_of_lost_parent), *spec.command),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **spec.environment},
            cwd=spec.directory,
            start_new_session=True,  # Ctrl-C is ours to hear, and to pass on in order
        )
        return cls(spec, process)

    async def wait(self, console: Console) -> int:
        """Print its lines to the end; its exit code, or minus the signal's number."""
        reader = asyncio.create_task(self._print_lines(console))
        code = await self._process.wait()
        self.signal(signal.SIGKILL)  # whatever it left behind in its group
        await reader
        return code

    def signal(self, number: int) -> None:
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            return  # all of it is gone already

    async def end(self, grace: float) -> None:
        """SIGTERM, and SIGKILL after `grace` seconds."""
        if self._process.returncode is not None:
            return
        self.signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(grace):
                await self._process.wait()
        except TimeoutError:
            self.signal(signal.SIGKILL)
            await self._process.wait()

    async def _print_lines(self, console: Console) -> None:
        # Not StreamReader.readline: it raises on a line longer than its limit.
        stream = self._process.stdout
        rest = b""
        while stream and (chunk := await stream.read(_CHUNK)):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in filter(bytes.strip, lines):
                console.line(self.spec.name, _text(line))
            if len(rest) > _CHUNK:
                console.line(self.spec.name, _text(rest))
                rest = b""
        if rest:
            console.line(self.spec.name, _text(rest))


def _text(line: bytes) -> str:
    return line.decode(errors="replace").rstrip("\r")
