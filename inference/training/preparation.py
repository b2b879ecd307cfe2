"""Everything that a run reads, made once and kept in its home.

tokenizer/ and examples/ for training; valid.jsonl and valid/ for validation; run.json
says of which settings and which data they were made.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from inference.training.corpus import Corpus
from inference.training.direction import Direction
from inference.training.errors import TrainingError
from inference.training.examples import Examples, examples_write
from inference.training.filters import Limits, pair_refusal
from inference.training.pair import Pair
from inference.training.progress import say
from inference.training.settings import RunSettings
from inference.training.vocabulary import (
    sample_balanced,
    task_prefixes,
    vocabulary_copy,
    vocabulary_save,
    vocabulary_train,
)

_FREE = {"training.steps"}  # a run may be made longer
_LOOKED_AT = 1 << 20  # bytes of each file, for its fingerprint
_MOST_HELD_OUT = 5000  # of a pair of languages


@dataclass(frozen=True, slots=True)
class Prepared:
    tokenizer: Tokenizer
    examples: Examples
    held_out: Examples
    held_out_pairs: list[Pair]


def run_prepare(settings: RunSettings, data: Path, home: Path) -> Prepared:
    """Makes what is missing. Raises TrainingError if `home` is another run's."""
    directions = settings.data.parsed_directions()
    corpus = _corpus(settings, data, directions)
    home.mkdir(parents=True, exist_ok=True)
    _claim(home / "run.json", settings, corpus)
    tokenizer = _tokenizer(settings, data, home / "tokenizer")
    length = settings.data.max_tokens
    if not (home / "examples").exists():
        say("Reading the corpus ...")
        examples_write(
            corpus.training_pairs(), tokenizer, home / "examples", max_tokens=length
        )
        for line in corpus.report.lines():
            say(line)
    held_out = _held_out(corpus, home / "valid.jsonl")
    if not (home / "valid").exists():
        examples_write(held_out, tokenizer, home / "valid", max_tokens=length)
    return Prepared(
        tokenizer, Examples(home / "examples"), Examples(home / "valid"), held_out
    )


def _claim(path: Path, settings: RunSettings, corpus: Corpus) -> None:
    """The run's own description, or a comparison with the one that is there."""
    wanted = {**_flat(settings.identity()), "data": _fingerprint(corpus)}
    if not path.exists():
        part = path.with_suffix(".part")
        part.write_text(json.dumps(wanted, indent=2), encoding="utf-8")
        part.replace(path)
        return
    known = json.loads(path.read_text(encoding="utf-8"))
    wanted = json.loads(json.dumps(wanted))  # tuples as lists, as in the file
    for name in sorted({*known, *wanted} - _FREE):
        if known.get(name) != wanted.get(name):
            raise TrainingError(
                f"{path.parent} was begun with {name} = {known.get(name)!r}, and now"
                f" it is {wanted.get(name)!r}; choose another --home"
            )


def _flat(values: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{section}.{name}": value
        for section, settings in values.items()
        for name, value in settings.items()
    }


def _fingerprint(corpus: Corpus) -> str:
    """Of the files' names, sizes and beginnings: enough to notice that they changed."""
    digest = hashlib.sha256()
    for path in corpus.files:
        with path.open("rb") as file:
            head = hashlib.sha256(file.read(_LOOKED_AT)).hexdigest()
        name = f"{path.parent.name}/{path.name}"
        digest.update(f"{name} {path.stat().st_size} {head}\n".encode())
    return digest.hexdigest()


def _corpus(
    settings: RunSettings, data: Path, directions: Sequence[Direction]
) -> Corpus:
    return Corpus(
        data,
        pairs=frozenset(directions),
        limits=Limits(max_characters=settings.data.max_characters),
        hold_out=settings.data.hold_out,
    )


def _tokenizer(settings: RunSettings, data: Path, directory: Path) -> Tokenizer:
    if not (directory / "tokenizer.json").exists():
        if settings.training.start:
            vocabulary_copy(Path(settings.training.start), directory)
        else:
            say("Learning the vocabulary ...")
            vocabulary_save(_vocabulary_learn(settings, data), directory)
    return Tokenizer.from_file(str(directory / "tokenizer.json"))


def _vocabulary_learn(settings: RunSettings, data: Path) -> Tokenizer:
    directions = settings.vocabulary_directions()
    samples = sample_balanced(
        _corpus(settings, data, directions).training_pairs(),
        lines=settings.vocabulary.sample_lines,
        seed=settings.training.seed,
    )
    return vocabulary_train(
        (text for sample in samples.values() for text in sample),
        size=settings.vocabulary.size,
        prefixes=task_prefixes(directions),
    )


def _held_out(corpus: Corpus, path: Path) -> list[Pair]:
    if not path.exists():
        part = path.with_suffix(".part")
        lines = (json.dumps(_values(pair)) + "\n" for pair in _few_held_out(corpus))
        part.write_text("".join(lines), encoding="utf-8")
        part.replace(path)
    pairs = [_pair(json.loads(line)) for line in path.read_text("utf-8").splitlines()]
    if not pairs:
        raise TrainingError(
            "Nothing is held out for validation: the corpus is too small for its"
            " data.hold_out, and has no valid.tsv"
        )
    return pairs


def _few_held_out(corpus: Corpus) -> Iterator[Pair]:
    counts: dict[Direction, int] = {}
    for pair in corpus.held_out_pairs("valid"):
        count = counts[pair.direction] = counts.get(pair.direction, 0) + 1
        if count <= _MOST_HELD_OUT and pair_refusal(pair, Limits()) is None:
            yield pair


def _values(pair: Pair) -> list[str]:
    return [str(pair.direction), pair.source, pair.target, pair.origin]


def _pair(values: list[str]) -> Pair:
    direction, source, target, origin = values
    return Pair(source, target, Direction.parse(direction), origin)
