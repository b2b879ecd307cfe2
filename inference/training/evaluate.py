"""Score translation models side by side: `python -m inference.training.evaluate MODEL
[MODEL ...] --data DIR [--set test] [--directions en-fr ...] [--beams N] [--json FILE]`.

MODEL is a directory of any encoder-decoder. Every direction that the held-out sets have
is scored, by kind of text; a model that lacks one says so with a dash.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from inference.sampling_params import MAX_BEAMS
from inference.training.corpus import Corpus
from inference.training.direction import Direction
from inference.training.errors import TrainingError
from inference.training.pair import Pair
from inference.training.pair_files import corpus_files, direction_of
from inference.training.progress import TranslationProgress, say
from inference.training.scores import Scores, translations_score
from inference.training.seq2seq import Seq2SeqModel

_T = TypeVar("_T")
_KINDS = ("prose", "software", "all")
_SAMPLES = 20


@dataclass(frozen=True, slots=True)
class Row:
    model: str
    direction: str
    kind: str
    pairs: int
    scores: Scores | None  # None for a direction that the model lacks


@dataclass(frozen=True, slots=True)
class Sample:
    model: str
    direction: str
    source: str
    reference: str
    translation: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    rows: list[Row]
    samples: list[Sample]  # spread evenly over each set, not chosen


def main(arguments: Sequence[str] | None = None) -> int:
    """0, or 1 with the reason on standard error."""
    options = _parser().parse_args(arguments)
    try:
        wanted = [Direction.parse(name) for name in options.directions or []]
        sets = held_out_read(options.data, options.set, wanted, limit=options.limit)
        models = [Seq2SeqModel(directory) for directory in options.models]
        evaluation = evaluate(models, sets, beams=options.beams)
    except TrainingError as error:
        say(f"Not evaluated: {error}")
        return 1
    sys.stdout.write(table(evaluation.rows))
    if options.json:
        text = json.dumps(asdict(evaluation), ensure_ascii=False, indent=1)
        options.json.write_text(text + "\n", encoding="utf-8")
        say(f"{options.json} holds the scores, and {_SAMPLES} samples a direction.")
    return 0


def held_out_read(
    data: Path, name: str, wanted: Sequence[Direction], *, limit: int | None
) -> dict[Direction, list[Pair]]:
    """Pairs by direction, both ways. `limit` pairs of each are spread over the set.

    Raises TrainingError if there are none.
    """
    found = frozenset(direction_of(path) for path in corpus_files(data))
    corpus = Corpus(data, pairs=found)
    sets: dict[Direction, list[Pair]] = {}
    for pair in corpus.held_out_pairs(name):
        for one in (pair, pair.reverse):
            if not wanted or one.direction in wanted:
                sets.setdefault(one.direction, []).append(one)
    if not sets:
        raise TrainingError(f"{data}: holds no {name} set of the wanted directions")
    return {direction: _evenly(pairs, limit) for direction, pairs in sets.items()}


def evaluate(
    models: Sequence[Seq2SeqModel],
    sets: dict[Direction, list[Pair]],
    *,
    beams: int = 1,
) -> Evaluation:
    """Every model on every set, greedily or with a beam search."""
    evaluation = Evaluation([], [])
    total = len(models) * sum(map(len, sets.values()))
    with TranslationProgress(total) as progress:
        for direction, pairs in sets.items():
            for model in models:
                sources = [pair.source for pair in pairs]
                found = model.translate(
                    sources, direction, beams=beams, tell=progress.add
                )
                evaluation.rows.extend(_rows(model.name, direction, pairs, found))
                evaluation.samples.extend(_samples(model.name, pairs, found))
    return evaluation


def table(rows: Sequence[Row]) -> str:
    """For a screen, with the signatures below."""
    head = f"{'':<6} {'text':<9} {'pairs':>5}  {'model':<24}"
    lines = [f"{head} {'chrF++':>7} {'BLEU':>7} {'TER':>7}"]
    signatures: dict[str, None] = {}
    for row in rows:
        left = f"{row.direction:<6} {row.kind:<9} {row.pairs:>5}  {row.model:<24}"
        if row.scores is None:
            lines.append(f"{left} {'-':>7} {'-':>7} {'-':>7}")
            continue
        scores = row.scores
        numbers = (scores.chrf, scores.bleu, scores.ter)
        lines.append(left + "".join(f" {number:7.2f}" for number in numbers))
        signatures.update(dict.fromkeys(scores.signatures))
    return "\n".join([*lines, "", *signatures]) + "\n"


def _rows(
    model: str, direction: Direction, pairs: list[Pair], found: list[str] | None
) -> list[Row]:
    rows = []
    for kind in _KINDS:
        numbers = [n for n, pair in enumerate(pairs) if kind in ("all", pair.kind)]
        if not numbers:
            continue
        scores = found and translations_score(
            [found[number] for number in numbers],
            [pairs[number].target for number in numbers],
            language=direction.target,
        )
        rows.append(Row(model, str(direction), kind, len(numbers), scores or None))
    return rows


def _samples(model: str, pairs: list[Pair], found: list[str] | None) -> list[Sample]:
    if found is None:
        return []
    both = list(zip(pairs, found, strict=True))
    return [
        Sample(model, str(pair.direction), pair.source, pair.target, translation)
        for pair, translation in _evenly(both, _SAMPLES)
    ]


def _evenly(values: list[_T], count: int | None) -> list[_T]:
    if count is None or count >= len(values):
        return values
    return [values[n] for n in np.linspace(0, len(values) - 1, count, dtype=int)]


def _beams(text: str) -> int:
    beams = int(text)
    if not 1 <= beams <= MAX_BEAMS:
        raise argparse.ArgumentTypeError(f"from 1 to {MAX_BEAMS}")
    return beams


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m inference.training.evaluate",
        description="Score translation models on sentences that were held out.",
    )
    parser.add_argument("models", nargs="+", type=Path, metavar="MODEL")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--set", choices=("valid", "test"), default="test")
    parser.add_argument("--directions", nargs="*", metavar="en-fr")
    parser.add_argument("--limit", type=int, help="pairs of each direction")
    parser.add_argument(
        "--beams", type=_beams, default=1, metavar="N", help="1, greedy, unless given"
    )
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser


if __name__ == "__main__":
    sys.exit(main())
