"""A model's directory as something that can be trained: prompts as the product reads
them, and the network of the stock classes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM
from transformers.utils import logging as transformers_logging

from inference.errors import ModelUnavailableError
from inference.models.directory_checks import json_read
from inference.models.manifest import ModelManifest
from inference.text.chat_template import ChatTemplateError, chat_template_read
from inference.text.framing import framing_read
from inference.text.prompt import PromptError, PromptWriter
from inference.text.reading import ChatReader
from inference.text.sentencepiece_pair import source_tokenizer_read
from inference.text.source_reader import SourceReader
from inference.text.tokenizer import TextTokenizer
from inference.training.errors import TrainingError
from inference.training.tuning.item import Item

_LONGEST = 8192  # tokens; settings.max_tokens is the limit that counts


@dataclass(frozen=True, slots=True)
class Example:
    """An item as tokens: what an encoder reads, what a decoder reads, what it writes.

    The answer has the token that ends it: a model must learn to stop.
    """

    source: tuple[int, ...]  # () without an encoder
    prompt: tuple[int, ...]
    answer: tuple[int, ...]

    @property
    def length(self) -> int:
        return len(self.source) + len(self.prompt) + len(self.answer)


class TextSide:
    """How one model reads what is asked, and writes an answer."""

    def __init__(self, manifest: ModelManifest) -> None:
        """Raises TrainingError naming the file and the reason."""
        config = json_read(manifest.directory / "config.json")
        self.is_seq2seq = bool(config.get("is_encoder_decoder"))
        try:
            self._prepare(manifest, config)
        except ModelUnavailableError as error:
            raise TrainingError(str(error)) from error

    def _prepare(self, manifest: ModelManifest, config: dict[str, Any]) -> None:
        directory = manifest.directory
        length = min(manifest.context_length, _LONGEST)
        self._reader: SourceReader | ChatReader
        if self.is_seq2seq:
            self._tokenizer = source_tokenizer_read(directory)
            self._reader = SourceReader(
                self._tokenizer,
                framing_read(directory, self._tokenizer.tokens()),
                decoder_start_id=_decoder_start(config, directory),
                source_length=_LONGEST,
                context_length=_LONGEST,
            )
        else:
            tokenizer = self._tokenizer = TextTokenizer(directory)
            template = chat_template_read(directory, tokenizer.named_tokens)
            writer = PromptWriter(template, tokenizer)
            self._reader = ChatReader(writer, tokenizer, context_length=length)
        ends = self._tokenizer.end_ids
        own = self._tokenizer.end_id
        self.end_id = own if own in ends or not ends else min(ends)
        if self.end_id is None:
            raise TrainingError(f"{directory}: does not say how an answer ends")

    def example(self, item: Item) -> Example:
        """Raises TrainingError if this model cannot be asked such a thing."""
        if self.is_seq2seq != (item.direction is not None):
            raise TrainingError(
                "This model translates: it needs pairs of source and target"
                if self.is_seq2seq
                else "This model chats: it needs messages, or prompts with answers"
            )
        try:
            reading = self._reader.read(item.request())
        except PromptError as error:
            raise TrainingError(
                f"The model cannot read “{item.asked[:60]}”"
                f" ({item.direction or 'chat'}): {error.error.code}"
            ) from error
        except ChatTemplateError as error:
            raise TrainingError(f"The chat template refuses: {error}") from error
        assert self.end_id is not None
        answer = (*self._tokenizer.encode_target(item.answer), self.end_id)
        return Example(reading.source_ids, reading.decoder_ids, answer)

    def text(self, token_ids: list[int]) -> str:
        """Up to the answer's end."""
        tokens: list[bytes] = []
        for token_id in token_ids:
            if token_id in self._tokenizer.end_ids or token_id == self.end_id:
                break
            tokens.append(self._tokenizer.token_bytes[token_id])
        return b"".join(tokens).decode("utf-8", "replace").strip()


def _decoder_start(config: dict[str, Any], directory: Path) -> int:
    start = config.get("decoder_start_token_id")
    if not isinstance(start, int):
        raise TrainingError(f"{directory}: does not say how an answer begins")
    return start


def network_load(directory: Path, *, is_seq2seq: bool) -> Any:
    """In fp32, on the GPU where there is one. Raises TrainingError."""
    kind: Any = AutoModelForSeq2SeqLM if is_seq2seq else AutoModelForCausalLM
    # Ours tells what people wait for.
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # theirs
    try:
        network = kind.from_pretrained(
            directory, local_files_only=True, dtype=torch.float32
        )
    except (OSError, ValueError) as error:
        raise TrainingError(f"{directory}: cannot be loaded: {error}") from error
    return network.to("cuda" if torch.cuda.is_available() else "cpu")
