"""One example of how a model should answer."""

from dataclasses import dataclass

from inference.contract import ChatMessage, GenerationRequest
from inference.sampling_params import SamplingParams
from inference.training.direction import Direction


@dataclass(frozen=True, slots=True)
class Item:
    """What is asked (its last message is the person's), and the answer wanted."""

    messages: tuple[ChatMessage, ...]
    answer: str
    direction: Direction | None = None  # of a translation

    @property
    def asked(self) -> str:
        return self.messages[-1].content

    def request(self) -> GenerationRequest:
        """As the product would ask it."""
        direction = self.direction
        return GenerationRequest(
            id="tuning",
            model="",
            messages=self.messages,
            sampling=SamplingParams(max_tokens=1),
            source_language=direction.source if direction else "",
            target_language=direction.target if direction else "",
        )
