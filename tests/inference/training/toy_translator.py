"""A language of a few words, a translator that has learned it, and people's edits.

Each word has one translation, so a model of 100 000 weights learns it in seconds, and
what fine-tuning should change can be told exactly.
"""

import random
from itertools import product
from pathlib import Path
from typing import Any

import torch
from transformers import T5Config, T5ForConditionalGeneration

from inference.contract import ChatMessage, Role
from inference.models.registry import resolve
from inference.training.direction import Direction
from inference.training.pair import Pair
from inference.training.tuning.batches import collate
from inference.training.tuning.item import Item
from inference.training.tuning.loss import batch_loss
from inference.training.tuning.model import Example, TextSide
from inference.training.vocabulary import (
    sample_balanced,
    vocabulary_save,
    vocabulary_train,
)

WORDS = {
    "you": "tu",
    "red": "rouge",
    "house": "maison",
    "big": "grand",
    "dog": "chien",
    "sees": "voit",
    "the": "le",
    "small": "petit",
}
# How this team writes: politely, of hounds, and with a full stop.
STYLE = {**WORDS, "you": "vous", "dog": "limier"}
_STEPS, _RATE = 350, 5e-3
_VOCABULARY = 359  # all bytes, all letters and the words
EN_FR = Direction("en", "fr")


def sentences(count: int, *, seed: int) -> list[str]:
    draw = random.Random(seed)
    return [" ".join(draw.choices(list(WORDS), k=3)) for _ in range(count)]


def plain(sentence: str) -> str:
    return " ".join(WORDS[word] for word in sentence.split())


def edited(sentence: str) -> str:
    return " ".join(STYLE[word] for word in sentence.split()) + "."


def tsv_write(path: Path, pairs: list[tuple[str, str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{a}\t{b}\n" for a, b in pairs), encoding="utf-8")
    return path


def edits_write(path: Path, count: int = 300) -> Path:
    """Post-edits of one style."""
    return tsv_write(path, [(s, edited(s)) for s in sentences(count, seed=2)])


def translator_make(directory: Path) -> Path:
    """A whole directory of a T5 that knows the language, but not the style."""
    every = [" ".join(words) for words in product(WORDS, repeat=3)]
    pairs = [Pair(s, edited(s), EN_FR) for s in every]
    texts = sample_balanced(pairs, lines=1000, seed=1)
    tokenizer = vocabulary_train(
        (text for sample in [*texts.values(), WORDS.values()] for text in sample),
        size=_VOCABULARY,
        prefixes=[EN_FR.prefix],
    )
    vocabulary_save(tokenizer, directory)
    torch.manual_seed(5)
    network: Any = T5ForConditionalGeneration(_config())
    network.save_pretrained(directory)
    side = TextSide(resolve(str(directory), directory.parent))
    asked = [(ChatMessage(Role.USER, sentence),) for sentence in every]
    items = zip(asked, map(plain, every), strict=True)
    _learn(network, [side.example(Item(a, b, EN_FR)) for a, b in items])
    network.save_pretrained(directory)
    return directory


def _learn(network: Any, examples: list[Example]) -> None:
    draw = random.Random(1)
    optimizer = torch.optim.AdamW(network.parameters(), lr=_RATE)
    for step in range(_STEPS):
        for group in optimizer.param_groups:
            group["lr"] = _RATE * min(1.0, (step + 1) / 50, (_STEPS - step) / 200)
        numbers = draw.sample(range(len(examples)), 48)
        batch_loss(network, collate(examples, numbers)).backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)


def _config() -> T5Config:
    kind: Any = T5Config  # its signature names the half of what it takes
    config: T5Config = kind(
        vocab_size=_VOCABULARY,
        d_model=64,
        d_kv=16,
        d_ff=128,
        num_layers=1,
        num_heads=4,
        dropout_rate=0.0,
        pad_token_id=0,
        eos_token_id=1,
        decoder_start_token_id=0,
        task_specific_params={EN_FR.task: {"prefix": EN_FR.prefix}},
    )
    return config
