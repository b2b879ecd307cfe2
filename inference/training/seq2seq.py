"""Any encoder-decoder directory, asked as the product asks it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForSeq2SeqLM

from inference.contract import ChatMessage, GenerationRequest, Role
from inference.errors import ModelUnavailableError
from inference.models.directory_checks import directory_check
from inference.sampling_params import SamplingParams
from inference.text.framing import framing_read
from inference.text.prompt import PromptError
from inference.text.sentencepiece_pair import source_tokenizer_read
from inference.text.source_reader import SourceReader
from inference.training.direction import Direction
from inference.training.errors import TrainingError
from inference.training.generation import Tell, generate

_LONGEST = 1024  # tokens; held-out sentences are far shorter


class Seq2SeqModel:
    """T5 and mT5, Marian, M2M100 and NLLB, through the stock classes."""

    def __init__(self, directory: Path) -> None:
        """Raises TrainingError naming the file and the reason."""
        try:
            directory_check(directory)
            self._tokenizer = source_tokenizer_read(directory)
            self._network: Any = AutoModelForSeq2SeqLM.from_pretrained(
                directory, local_files_only=True
            )
        except (ModelUnavailableError, OSError, ValueError) as error:
            raise TrainingError(f"{directory}: cannot be loaded: {error}") from error
        device = "cuda" if torch.cuda.is_available() else "cpu"
        self._network = self._network.eval().to(device)
        config = self._network.config
        start = config.decoder_start_token_id
        if start is None:
            raise TrainingError(f"{directory}: does not say how an answer begins")
        self._pad_id = config.pad_token_id or 0
        self._reader = SourceReader(
            self._tokenizer,
            framing_read(directory, self._tokenizer.tokens()),
            decoder_start_id=start,
            source_length=_LONGEST,
            context_length=_LONGEST,
        )
        place = directory.resolve()
        # A run's result is always called model: the run's name says more.
        self.name = place.parent.name if place.name == "model" else place.name

    def translate(
        self, texts: Sequence[str], direction: Direction, *, tell: Tell, beams: int = 1
    ) -> list[str] | None:
        """None if the model has no such direction. One beam is greedy."""
        try:
            readings = [self._reader.read(_request(t, direction)) for t in texts]
        except PromptError:
            return None
        answers = generate(
            self._network,
            [reading.source_ids for reading in readings],
            [reading.decoder_ids for reading in readings],
            pad_id=self._pad_id,
            beams=beams,
            tell=tell,
        )
        return [self._text(answer) for answer in answers]

    def _text(self, answer: list[int]) -> str:
        ends = self._tokenizer.end_ids
        tokens: list[bytes] = []
        for token in answer:
            if token in ends:
                break
            tokens.append(self._tokenizer.token_bytes[token])
        return b"".join(tokens).decode("utf-8", "replace").strip()


def _request(text: str, direction: Direction) -> GenerationRequest:
    return GenerationRequest(
        id="evaluation",
        model="",
        messages=(ChatMessage(Role.USER, text),),
        sampling=SamplingParams(),
        source_language=direction.source,
        target_language=direction.target,
    )
