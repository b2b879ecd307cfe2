"""Before a web process ends, it says when to come back."""

import os
import signal
from collections.abc import Iterator

import pytest

from tests.webapp.chat.socket import Socket
from webapp.accounts.models import User
from webapp.common.farewell import LEAST_SECONDS, MOST_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def servers_signals() -> Iterator[list[int]]:
    """What the web server's own handler was called with."""
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: heard.append(number))
    yield heard
    signal.signal(signal.SIGTERM, before)


async def test_pages_hear_of_the_end_before_it_comes(
    alice: User, servers_signals: list[int]
) -> None:
    async with await Socket.of(alice) as one, await Socket.of(alice) as two:
        os.kill(os.getpid(), signal.SIGTERM)
        for socket in (one, two):
            frame = await socket.until("reconnect")
            assert LEAST_SECONDS <= frame["after"] <= MOST_SECONDS
    assert servers_signals == [signal.SIGTERM]
