"""One request: what all of its answers share."""

from collections.abc import Callable
from functools import cached_property

from inference.contract import GenerationRequest, Priority, PromptReady
from inference.engine.prefix_chain import Chain, scope_key
from inference.engine.reading import Reading


class Group:
    """The prompt, the deadline, and who may reuse what is read for it."""

    def __init__(
        self,
        request: GenerationRequest,
        reading: Reading,
        *,
        number: int,
        clock: Callable[[], float],
        source_texts: tuple[str, ...] = (),
    ) -> None:
        self.request = request
        self.source_texts = source_texts
        self.reading = reading
        self.number = number  # in the order of arrival
        self.prompt = (*reading.decoder_ids, *request.prefix_token_ids)
        self.num_unfinished = 0  # units
        self._clock = clock
        self._arrived_at = clock()

    @property
    def id(self) -> str:
        return self.request.id

    @property
    def is_batch(self) -> bool:
        return self.request.priority is Priority.BATCH

    @property
    def is_late(self) -> bool:
        seconds = self.request.deadline_seconds
        return seconds is not None and self._clock() - self._arrived_at > seconds

    @cached_property
    def person(self) -> str:
        """Whose turn it is; who has no name counts alone."""
        return f"owner {self.request.owner}" if self.request.owner else f"id {self.id}"

    def chains(self) -> tuple[Chain, ...]:
        """Scopes in which its tokens are found; none for those who name nobody.

        What a decoder makes of its tokens depends on the source too.
        """
        request, source = self.request, self.reading.source_ids
        chains = []
        if request.owner:
            key = scope_key("owner", request.owner, source)
            chains.append(Chain(key, limit=2**31))
        if request.preset_owner and self.reading.preset_tokens:
            key = scope_key("preset", request.preset_owner, source)
            chains.append(Chain(key, limit=self.reading.preset_tokens))
        return tuple(chains)

    def prompt_ready(self, cached_tokens: int) -> PromptReady:
        return PromptReady(
            request_id=self.id,
            token_ids=self.reading.source_ids or self.prompt,
            dropped_messages=self.reading.dropped_messages,
            cached_tokens=cached_tokens,
            texts=self.source_texts,
        )
