"""Frames are counted by a bucket that fills slowly and empties at once."""

from uuid import uuid4

from webapp.common.socket_limits import MAX_SOCKETS_PER_PERSON, SocketCount, TokenBucket


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_and_the_next_one_waits() -> None:
    clock = Clock()
    bucket = TokenBucket(rate=2, burst=3, clock=clock)
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    clock.now += 0.5
    assert [bucket.take() for _ in range(2)] == [True, False]
    clock.now += 1_000
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]


def test_sockets_are_counted_for_each_person() -> None:
    count, alice, bob = SocketCount(), uuid4(), uuid4()
    assert all(count.enter(alice) for _ in range(MAX_SOCKETS_PER_PERSON))
    assert not count.enter(alice)
    assert count.enter(bob)
    count.leave(alice)
    assert count.enter(alice)
