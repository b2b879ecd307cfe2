"""From a request to the answers that the scheduler moves; done by whoever submits."""

import itertools
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from inference.contract import (
    ErrorCode,
    FinishReason,
    GenerationError,
    GenerationRequest,
    TokenChunk,
)
from inference.engine.beam_search import BeamSearch
from inference.engine.group import Group
from inference.engine.reading import AnswerText, PromptReader, Reading
from inference.engine.sequence import Sequence
from inference.engine.unit import Unit
from inference.models.slot_model import SlotModel
from inference.text.prompt import PromptError

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Answers:
    """Those of one request that are not finished."""

    group: Group
    unfinished: list[Unit]
    to_fork: list[Unit] = field(default_factory=list)  # once the prompt has been read
    is_prompt_told: bool = False


class Intake:
    """Reads requests for one model. Safe to share among threads."""

    def __init__(
        self,
        *,
        model: SlotModel,
        reader: PromptReader,
        text: AnswerText,
        context_length: int,
        clock: Callable[[], float],
    ) -> None:
        self._reader = reader
        self._text = text
        self._context_length = context_length
        self._clock = clock
        self._numbers = itertools.count()
        self._vocabulary_size = model.vocabulary_size
        self._source_vocabulary_size = model.source_vocabulary_size
        self._is_encoder_decoder = model.is_encoder_decoder
        self._can_copy = model.can_copy

    def take(self, request: GenerationRequest) -> Answers | list[TokenChunk]:
        """What is to be answered, or the ends that say why nothing can be."""
        try:
            return self._answers(self._group(request))
        except PromptError as refusal:
            error = refusal.error
        except Exception as problem:  # of template or tokenizer: an end, in words
            log.warning("the prompt of %s cannot be read: %s", request.id, problem)
            error = GenerationError(ErrorCode.INTERNAL, {"reason": str(problem)})
        return [
            TokenChunk(
                request_id=request.id,
                index=0 if sample else len(request.resume_token_ids),
                token_id=None,
                text="",
                finish_reason=FinishReason.ERROR,
                error=error,
                sample=sample,
            )
            for sample in range(request.sampling.n)
        ]

    def _group(self, request: GenerationRequest) -> Group:
        """Raises PromptError."""
        self._check_support(request)
        reading = self._reader.read(request)
        group = Group(
            request,
            reading,
            number=next(self._numbers),
            clock=self._clock,
            source_texts=self._source_texts(request, reading),
        )
        self._check_tokens(group)
        return group

    def _source_texts(
        self, request: GenerationRequest, reading: Reading
    ) -> tuple[str, ...]:
        """What an alignment points at; nobody else asks for them."""
        if not request.sampling.alignment:
            return ()
        token_bytes = self._text.token_bytes
        return tuple(
            token_bytes[token_id].decode(errors="replace")
            for token_id in reading.source_ids
        )

    def _check_support(self, request: GenerationRequest) -> None:
        sampling = request.sampling
        can_search = self._is_encoder_decoder and self._can_copy
        if sampling.num_beams > 1 and not can_search:
            raise _refusal(ErrorCode.UNSUPPORTED, setting="num_beams")
        if sampling.alignment and not self._is_encoder_decoder:
            raise _refusal(ErrorCode.UNSUPPORTED, setting="alignment")
        if sampling.phrases and not self._is_encoder_decoder:
            raise _refusal(ErrorCode.UNSUPPORTED, setting="phrases")

    def _check_tokens(self, group: Group) -> None:
        """The model trusts its caller: a wrong id would read foreign memory."""
        source_ids = group.reading.source_ids
        if not group.prompt or (self._is_encoder_decoder and not source_ids):
            raise _refusal(ErrorCode.PROMPT_EMPTY)
        tokens, limit = len(group.prompt), self._context_length - 1
        if tokens > limit:
            raise _refusal(ErrorCode.PROMPT_TOO_LONG, tokens=tokens, limit=limit)
        ids = (*group.prompt, *group.request.resume_token_ids)
        if not (
            _are_inside(ids, self._vocabulary_size)
            and _are_inside(source_ids, self._source_vocabulary_size)
        ):
            raise _refusal(ErrorCode.INTERNAL, reason="a token id is out of range")

    def _answers(self, group: Group) -> Answers:
        sampling = group.request.sampling
        if sampling.num_beams > 1:
            search = BeamSearch(group, self._text, self._context_length)
            return Answers(group, [search])
        sequences = [self._sequence(group, sample) for sample in range(sampling.n)]
        answers = Answers(group, list(sequences))
        if self._can_copy and not sequences[0].finished_already():
            answers.to_fork += sequences[1:]
            for sequence in sequences[1:]:
                sequence.first = sequences[0]
        return answers

    def _sequence(self, group: Group, sample: int) -> Sequence:
        return Sequence(
            group,
            sample,
            text=self._text,
            context_length=self._context_length,
            chains=group.chains() if self._can_copy else (),
        )


def _are_inside(token_ids: Collection[int], vocabulary_size: int) -> bool:
    return not token_ids or (min(token_ids) >= 0 and max(token_ids) < vocabulary_size)


def _refusal(code: ErrorCode, **params: object) -> PromptError:
    return PromptError(GenerationError(code, params))
