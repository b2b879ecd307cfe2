"""What every side is asked to do, and what it tells of it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """Exactly `tokens` new tokens for one prompt; no side may stop sooner.

    Ours reads `messages` (pairs of role and text) as a request brings them; the peers
    get what ours made of them, `token_ids`. `at`: seconds after the beginning.
    """

    messages: tuple[tuple[str, str], ...]
    tokens: int
    token_ids: tuple[int, ...] = ()
    at: float = 0.0
    owner: str = ""  # whose prefix cache may serve it
    typed: str = ""  # how the answer begins; ours alone
    is_explained: bool = False  # with probabilities, alternatives and alignment


@dataclass(frozen=True, slots=True)
class Trace:
    """When each new token was there, in seconds after the beginning."""

    times: tuple[float, ...]
    token_ids: tuple[int, ...]
    prompt_ids: tuple[int, ...] = ()
    cached_tokens: int = 0


def prompt_task(text: str, tokens: int, *, owner: str = "") -> Task:
    return Task(messages=(("user", text),), tokens=tokens, owner=owner)


def total_rate(traces: Sequence[Trace]) -> float:
    """Tokens a second from the beginning to the last token of all."""
    return _count(traces) / end_of(traces)


def end_of(traces: Sequence[Trace]) -> float:
    return max(trace.times[-1] for trace in traces)


def decode_rate(traces: Sequence[Trace]) -> float:
    """Tokens a second while every stream was writing.

    From the last stream's first token to the first stream's last one: prompts are all
    read by then, and nobody has gone yet.
    """
    begin = max(trace.times[0] for trace in traces)
    end = min(trace.times[-1] for trace in traces)
    inside = sum(begin < time <= end for trace in traces for time in trace.times)
    if inside == 0:
        raise ValueError("no token came while every stream was writing: ask for more")
    return inside / (end - begin)


def first_token_seconds(tasks: Sequence[Task], traces: Sequence[Trace]) -> float:
    """From arrival to the first token, the mean."""
    waits = [
        trace.times[0] - task.at for task, trace in zip(tasks, traces, strict=True)
    ]
    return sum(waits) / len(waits)


def stay_seconds(tasks: Sequence[Task], traces: Sequence[Trace]) -> float:
    """From arrival to the last token, the mean."""
    stays = [
        trace.times[-1] - task.at for task, trace in zip(tasks, traces, strict=True)
    ]
    return sum(stays) / len(stays)


def gaps(trace: Trace) -> list[float]:
    """Seconds between one token and the next."""
    return [
        after - before
        for before, after in zip(trace.times, trace.times[1:], strict=False)
    ]


def _count(traces: Sequence[Trace]) -> int:
    return sum(len(trace.times) for trace in traces)
