"""For each family, once: its directory, its prompts, and what they are answered."""

import random
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from transformers import PreTrainedModel

from inference.models.blueprint import Blueprint
from inference.models.families.read import blueprint_read
from tests.inference.models.slot_driver import Prompt, reference
from tests.inference.tiny_families import VOCABULARY, family_write

_LENGTHS = (1, 5, 19, 37)  # below and above the sliding window
_ROOT = tempfile.TemporaryDirectory(prefix="tandem-families-")


@dataclass(frozen=True, slots=True)
class FamilyCase:
    directory: Path
    model: PreTrainedModel
    blueprint: Blueprint
    prompts: list[Prompt]
    answers: list[list[int]]  # of transformers


@cache
def family_case(name: str) -> FamilyCase:
    directory = Path(_ROOT.name) / name.replace(" ", "-")
    model = family_write(name, directory)
    blueprint = blueprint_read(directory)
    assert blueprint is not None
    prompts = prompts_make(blueprint.decoder_start_id)
    answers = [reference(model, prompt) for prompt in prompts]
    return FamilyCase(directory, model, blueprint, prompts, answers)


def prompts_make(decoder_start_id: int | None) -> list[Prompt]:
    """Of decoder-only models, or sources of which some have a typed beginning."""
    numbers = random.Random(5)

    def words(count: int) -> tuple[int, ...]:
        return tuple(numbers.randrange(3, VOCABULARY - 3) for _ in range(count))

    if decoder_start_id is None:
        return [Prompt(words(length)) for length in _LENGTHS]
    return [
        Prompt((decoder_start_id, *words(number * 3)), source=words(length))
        for number, length in enumerate(_LENGTHS)
    ]
