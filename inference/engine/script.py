"""What the scripted engine says to one request, and when."""

import re
import time
from dataclasses import dataclass

from inference.contract import (
    ErrorCode,
    FinishReason,
    GenerationError,
    GenerationRequest,
    Role,
    TokenChunk,
)
from inference.text.stop_strings import StopStrings

_COUNT_AND_RATE = re.compile(
    r"\s*(\d{1,6})\s+(\d{1,6}(?:\.\d{1,6})?|\.\d{1,6})(?:/s)?\s*"
)
_NEVER = float("inf")
_WORDS_A_SECOND = 10.0  # of a repeated prompt: slow enough to be seen in writing


@dataclass(slots=True)
class Script:
    """Tokens of one answer that are still to come.

    Times are those of time.monotonic(). Each token has its own time: one that came late
    does not delay those after it.
    """

    request: GenerationRequest
    words: list[str]  # empty when the time is told
    before: int  # words that an earlier answer, or a person, has said already
    count: int
    seconds: float  # between tokens; 0: as fast as it can
    stops: StopStrings
    index: int  # of the last token told
    next_at: float
    deadline_at: float

    @property
    def due_at(self) -> float:
        return min(self.next_at, self.deadline_at)

    def speak(self, now: float) -> TokenChunk:
        """The next token, the last one with the end; or the end that is due first."""
        if now >= self.deadline_at:
            return self._too_late()
        if (reason := self._reason()) is not None:
            return self.end(reason, self.stops.flush())
        place = self.before + self.index
        self.index += 1
        self.next_at += self.seconds
        word = self.words[place] if self.words else f"{time.time():.6f} "
        shown = self.stops.push(word)
        reason = FinishReason.STOP if shown.is_stopped else self._reason()
        return TokenChunk(
            request_id=self.request.id,
            index=self.index,
            token_id=place,
            text=shown.text if reason is None else shown.text + self.stops.flush(),
            finish_reason=reason,
            # It never doubts what it says.
            logprob=None if self.request.sampling.logprobs is None else 0.0,
        )

    def end(self, reason: FinishReason, text: str = "") -> TokenChunk:
        return TokenChunk(self.request.id, self.index, None, text, reason)

    def _reason(self) -> FinishReason | None:
        """Why nothing more is to come."""
        if self.index >= self.count:
            return FinishReason.STOP
        if self.index >= self.request.sampling.max_tokens:
            return FinishReason.LENGTH
        return None

    def _too_late(self) -> TokenChunk:
        values = {"seconds": self.request.deadline_seconds}
        error = GenerationError(ErrorCode.DEADLINE, values)
        return refusal_chunk(self.request, error, self.index)


def script_write(request: GenerationRequest, *, arrived_at: float) -> Script:
    """What this request will hear; one that is resumed goes on where it stopped."""
    prompt = request.messages[-1].content
    match = _COUNT_AND_RATE.fullmatch(prompt)
    words = [] if match else words_split(prompt.strip())
    rate = float(match[2]) if match else _WORDS_A_SECOND
    forced = words_split(request.forced_prefix)
    before = len(request.prefix_token_ids) + len(forced)
    index = len(request.resume_token_ids)
    stops = StopStrings(request.sampling.stop)
    for word in words[before : before + index]:
        stops.push(word)
    deadline = request.deadline_seconds
    return Script(
        request,
        words,
        before=before,
        count=(int(match[1]) if match else len(words)) - before,
        seconds=1 / rate if rate else 0.0,
        stops=stops,
        index=index,
        next_at=arrived_at,
        deadline_at=_NEVER if deadline is None else arrived_at + deadline,
    )


def refusal_find(
    request: GenerationRequest, *, num_tokens: int, limit: int
) -> GenerationError | None:
    """As a model would refuse, and what cannot be had without one."""
    last = request.messages[-1] if request.messages else None
    if last is None or last.role is not Role.USER or not last.content.strip():
        return GenerationError(ErrorCode.PROMPT_EMPTY)
    if num_tokens > limit:
        values = {"tokens": num_tokens, "limit": limit}
        return GenerationError(ErrorCode.PROMPT_TOO_LONG, values)
    if setting := _unsupported(request):
        return GenerationError(ErrorCode.UNSUPPORTED, {"setting": setting})
    return None


def refusal_chunk(
    request: GenerationRequest, error: GenerationError, index: int
) -> TokenChunk:
    return TokenChunk(request.id, index, None, "", FinishReason.ERROR, error)


def _unsupported(request: GenerationRequest) -> str | None:
    sampling = request.sampling
    asked = {
        "n": sampling.n > 1,
        "num_beams": sampling.num_beams > 1,
        "alignment": sampling.alignment,
        "constraint": request.constraint is not None,
        "phrases": bool(request.sampling.phrases),
    }
    return next((name for name, is_asked in asked.items() if is_asked), None)


def words_split(text: str) -> list[str]:
    """
    >>> words_split("to be or")
    ['to', ' be', ' or']
    """
    return re.findall(r"\s*\S+", text)
