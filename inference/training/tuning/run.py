"""A whole run, from a model and a data set to a better model and its scores."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from inference.errors import ModelUnavailableError
from inference.models.manifest import ModelManifest
from inference.models.registry import resolve
from inference.training.direction import Direction
from inference.training.errors import TrainingError
from inference.training.tuning.adapter import adapter_add, adapter_merge
from inference.training.tuning.data import DataSet, data_set_read
from inference.training.tuning.export import tuned_export
from inference.training.tuning.item import Item
from inference.training.tuning.model import Example, TextSide, network_load
from inference.training.tuning.progress import (
    Phase,
    ShouldStop,
    Tell,
    TuningProgress,
    TuningStopped,
)
from inference.training.tuning.scores import Comparison, compare
from inference.training.tuning.settings import TuningSettings
from inference.training.tuning.tuner import Tuner

MODEL_NAME = "model"  # of the directory that a run leaves in its home


@dataclass(frozen=True, slots=True)
class TuningRequest:
    """What to train on what. The same request in the same home goes on."""

    model: str  # a shipped name or a directory
    models_home: Path
    data: Path
    home: Path
    settings: TuningSettings
    direction: Direction | None = None  # of a file that does not say it
    hold_out: Path | None = None  # a file of its own; else a share of the data
    label: str = ""  # what people will call the new model


@dataclass(frozen=True, slots=True)
class TuningResult:
    directory: Path
    version: str  # SHA-256 over the model's files, as ModelInfo.version
    base_version: str
    data_sha256: str
    report: list[str]  # what became of the data
    comparison: Comparison

    def to_dict(self) -> dict[str, Any]:
        return {
            "directory": str(self.directory),
            "version": self.version,
            "base_version": self.base_version,
            "data_sha256": self.data_sha256,
            "report": self.report,
            **self.comparison.to_dict(),
        }


def tuning_run(
    request: TuningRequest,
    *,
    tell: Tell = lambda progress: None,
    should_stop: ShouldStop = lambda: False,
) -> TuningResult:
    """Train, write the model, score old and new.

    Raises TuningStopped when it was told to stop: the same call goes on. Raises
    TrainingError in words.
    """
    try:
        return _run(request, tell, should_stop)
    except ModelUnavailableError as error:
        raise TrainingError(str(error)) from error
    except OSError as error:
        raise TrainingError(
            f"A file cannot be read or written: {error}. What was saved is good."
        ) from error


def _run(request: TuningRequest, tell: Tell, should_stop: ShouldStop) -> TuningResult:
    tell(TuningProgress(Phase.READING))
    settings = request.settings
    base = resolve(request.model, request.models_home)
    side = TextSide(base)
    data = data_set_read(
        request.data,
        share=settings.hold_out,
        direction=request.direction,
        hold_out=request.hold_out,
    )
    request.home.mkdir(parents=True, exist_ok=True)
    _claim(request, base, data)
    training, held_out, too_long = _examples(data, side, settings)
    manifest = _train(
        request,
        base,
        side,
        training,
        [side.example(i) for i in held_out],
        tell,
        should_stop,
    )
    comparison = _score(request, base, side, held_out, tell, should_stop)
    report = data.lines()
    if too_long:
        report.append(f"{too_long} left out because they are too long.")
    return TuningResult(
        directory=manifest.directory,
        version=manifest.version,
        base_version=base.version,
        data_sha256=data.sha256,
        report=report,
        comparison=comparison,
    )


def _claim(request: TuningRequest, base: ModelManifest, data: DataSet) -> None:
    """A home belongs to one run: its checkpoints fit no other."""
    path = request.home / "run.json"
    wanted = {
        "model": base.version,
        "data": data.sha256,
        **request.settings.to_dict(),
    }
    if not path.exists():
        part = path.with_suffix(".part")
        part.write_text(json.dumps(wanted, indent=2), encoding="utf-8")
        part.replace(path)
        return
    known = json.loads(path.read_text(encoding="utf-8"))
    for name in sorted({*known, *wanted}):
        if known.get(name) != wanted.get(name):
            raise TrainingError(
                f"{request.home} was begun with {name} = {known.get(name)!r}, and now"
                f" it is {wanted.get(name)!r}; choose another home"
            )


def _examples(
    data: DataSet, side: TextSide, settings: TuningSettings
) -> tuple[list[Example], list[Item], int]:
    """For training, and the items to score; how many are too long for either."""
    training = [side.example(item) for item in data.training]
    kept = [e for e in training if e.length <= settings.max_tokens]
    held = [
        item
        for item in data.held_out
        if side.example(item).length <= settings.max_tokens
    ]
    if not kept or not held:
        raise TrainingError(
            f"All examples are longer than max_tokens = {settings.max_tokens}"
        )
    too_long = len(training) - len(kept) + len(data.held_out) - len(held)
    return kept, held[: settings.scored], too_long


def _train(
    request: TuningRequest,
    base: ModelManifest,
    side: TextSide,
    training: list[Example],
    held_out: list[Example],
    tell: Tell,
    should_stop: ShouldStop,
) -> ModelManifest:
    settings = request.settings
    plain = network_load(base.directory, is_seq2seq=side.is_seq2seq)
    network = adapter_add(plain, settings, is_seq2seq=side.is_seq2seq)
    tuner = Tuner(
        network, settings, training=training, held_out=held_out, home=request.home
    )
    tuner.run(tell=tell, should_stop=should_stop)
    tell(TuningProgress(Phase.WRITING, tuner.steps, tuner.steps))
    return tuned_export(
        adapter_merge(network, settings),
        base,
        request.home / MODEL_NAME,
        label=request.label or f"{base.label}, tuned",
    )


def _score(
    request: TuningRequest,
    base: ModelManifest,
    side: TextSide,
    items: Sequence[Item],
    tell: Tell,
    should_stop: ShouldStop,
) -> Comparison:
    """Of what will serve: the written model, rounded to 16 bits."""
    counter = _Counter(_passes(side) * len(items), tell, should_stop)
    return compare(
        base.directory,
        request.home / MODEL_NAME,
        side,
        items,
        tokens=request.settings.tokens_per_batch,
        count=partial(counter.add),
    )


def _passes(side: TextSide) -> int:
    """How often each item is counted: by both models, and again when translated."""
    return 4 if side.is_seq2seq else 2


class _Counter:
    def __init__(self, total: int, tell: Tell, should_stop: ShouldStop) -> None:
        self._done = 0
        self._total = total
        self._tell = tell
        self._should_stop = should_stop

    def add(self, count: int) -> None:
        """Raises TuningStopped."""
        if self._should_stop():
            raise TuningStopped
        self._done = min(self._done + count, self._total)
        self._tell(TuningProgress(Phase.SCORING, self._done, self._total))
