"""Waiting for processes and for what they print."""

import asyncio
import io
from collections.abc import Callable

import psutil

WAIT_SECONDS = 20.0


async def until(condition: Callable[[], bool]) -> None:
    """Fails the test when `condition` does not come true."""
    async with asyncio.timeout(WAIT_SECONDS):
        while not condition():
            await asyncio.sleep(0.01)


async def until_printed(printed: io.StringIO, text: str) -> None:
    await until(lambda: text in printed.getvalue())


def numbers_after(printed: io.StringIO, word: str) -> list[int]:
    """The process numbers printed as `word NUMBER`."""
    lines = printed.getvalue().splitlines()
    return [int(line.rsplit(" ", 1)[1]) for line in lines if f" {word} " in line]


def is_gone(number: int) -> bool:
    try:
        return bool(psutil.Process(number).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
