"""What a training run is told, in a TOML file that checks itself when it is read."""

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inference.training.direction import Direction
from inference.training.errors import TrainingError


def _check(is_good: bool, name: str, value: object, wanted: str) -> None:  # noqa: FBT001 reads as a sentence at each call
    if not is_good:
        raise TrainingError(f"{name} is {value!r}; it must be {wanted}")


@dataclass(frozen=True, slots=True)
class DataSettings:
    directions: tuple[str, ...]
    max_tokens: int = 128  # a side; longer pairs are left out
    max_characters: int = 600
    hold_out: float = 0.01  # share, for languages that bring no valid.tsv
    # How often a pair is read in an epoch, by its origin; 0.5 is every other time.
    weights: Mapping[str, float] = field(default_factory=dict)
    # Share of the pairs that are read without their full stops: people leave them out.
    unended: float = 0.0

    def __post_init__(self) -> None:
        _check(bool(self.directions), "data.directions", [], "at least one, like en-fr")
        for direction in self.directions:
            Direction.parse(direction)
        _check(self.max_tokens > 1, "data.max_tokens", self.max_tokens, "2 or more")
        _check(0 <= self.hold_out < 1, "data.hold_out", self.hold_out, "below 1")
        _check(0 <= self.unended <= 1, "data.unended", self.unended, "0 to 1")
        for origin, weight in self.weights.items():
            _check(weight >= 0, f"data.weights.{origin}", weight, "0 or more")

    def parsed_directions(self) -> list[Direction]:
        return [Direction.parse(direction) for direction in self.directions]


@dataclass(frozen=True, slots=True)
class VocabularySettings:
    size: int = 16384
    sample_lines: int = 100_000  # of each language
    # Whose words and prefixes it has, if more than data.directions: a run that begins
    # narrow leaves room for what is to come.
    directions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # Two bytes a token on disk.
        _check(512 <= self.size <= 65536, "vocabulary.size", self.size, "512 to 65536")
        for direction in self.directions:
            Direction.parse(direction)


@dataclass(frozen=True, slots=True)
class ModelSettings:
    width: int = 256
    encoder_layers: int = 6
    decoder_layers: int = 2
    heads: int = 8
    ffn_width: int = 1024
    feed_forward: str = "relu"
    dropout: float = 0.0
    context_length: int = 256  # tokens that it may be asked to read or write

    def __post_init__(self) -> None:
        _check(
            self.width % self.heads == 0,
            "model.heads",
            self.heads,
            f"a divisor of the width {self.width}",
        )
        _check(0 <= self.dropout < 1, "model.dropout", self.dropout, "below 1")


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    steps: int
    tokens_per_batch: int = 4096  # source and target, padding included
    optimizer: str = "adamw"  # or "muon", for the matrices between the ends
    learning_rate: float = 1e-3
    # Of the embedding, as a multiple. T5's begins about ten times as large as its other
    # weights, so that equal steps would leave words where they began.
    embedding_rate: float = 1.0
    warmup_steps: int = 1000
    schedule: str = "inverse_sqrt"
    # A directory that a run has written: its vocabulary and weights are where this
    # one begins, to go on without its checkpoints, or with more layers and feed-forward
    # units, which change nothing until they are trained.
    start: str = ""
    # Words of other languages begin near their likely English translations.
    aligned_words: bool = False
    # Weight of the loss that compares attention with word alignment; 0: none.
    guided_attention: float = 0.0
    weight_decay: float = 0.01
    label_smoothing: float = 0.1
    clip_norm: float = 1.0
    precision: str = "fp32"  # of the arithmetic; weights are always kept in fp32
    loss_rows: int = 256  # target tokens whose logits are there at once
    seed: int = 1

    def __post_init__(self) -> None:
        for name in ("steps", "tokens_per_batch", "warmup_steps", "loss_rows"):
            _check(getattr(self, name) > 0, f"training.{name}", 0, "1 or more")
        schedules = ("inverse_sqrt", "cosine", "wsd")
        _check(
            self.schedule in schedules,
            "training.schedule",
            self.schedule,
            ", ".join(schedules[:-1]) + f" or {schedules[-1]}",
        )
        _check(
            self.optimizer in ("adamw", "muon"),
            "training.optimizer",
            self.optimizer,
            "adamw or muon",
        )
        _check(
            self.precision in ("fp32", "bf16"),
            "training.precision",
            self.precision,
            "fp32 or bf16",
        )


@dataclass(frozen=True, slots=True)
class RhythmSettings:
    """How often, in steps. Changing these changes no weight."""

    log_steps: int = 50
    checkpoint_steps: int = 500
    validate_steps: int = 2000
    loss_pairs: int = 200  # of each direction, for the validation loss
    translated_pairs: int = 40  # of each direction, for chrF and BLEU
    averaged: int = 5  # the last so many validated models become the result

    def __post_init__(self) -> None:
        for item in dataclasses.fields(self):
            _check(getattr(self, item.name) > 0, f"rhythm.{item.name}", 0, "1 or more")


@dataclass(frozen=True, slots=True)
class RunSettings:
    data: DataSettings
    training: TrainingSettings
    vocabulary: VocabularySettings = field(default_factory=VocabularySettings)
    model: ModelSettings = field(default_factory=ModelSettings)
    rhythm: RhythmSettings = field(default_factory=RhythmSettings)

    def vocabulary_directions(self) -> list[Direction]:
        """Of the vocabulary: at least those that are trained."""
        named = map(Direction.parse, self.vocabulary.directions)
        return sorted({*self.data.parsed_directions(), *named})

    def identity(self) -> dict[str, Any]:
        """All that the weights depend on."""
        values = dataclasses.asdict(self)
        del values["rhythm"]
        return values


_SECTIONS = {
    "data": DataSettings,
    "training": TrainingSettings,
    "vocabulary": VocabularySettings,
    "model": ModelSettings,
    "rhythm": RhythmSettings,
}


def settings_read(path: Path) -> RunSettings:
    """Raises TrainingError naming the file, the setting and the value."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        return settings_make(values)
    except (OSError, tomllib.TOMLDecodeError, TrainingError) as error:
        raise TrainingError(f"{path}: {error}") from error


def settings_make(values: Mapping[str, Any]) -> RunSettings:
    """Raises TrainingError naming the setting and the value."""
    unknown = sorted(set(values) - set(_SECTIONS))
    _check(not unknown, "A section", unknown, f"one of {', '.join(_SECTIONS)}")
    for needed in ("data", "training"):
        _check(needed in values, f"[{needed}]", None, "there")
    sections: dict[str, Any] = {
        name: _section(name, values[name]) for name in _SECTIONS if name in values
    }
    return RunSettings(**sections)


def _section(name: str, values: Mapping[str, Any]) -> Any:
    kind: Any = _SECTIONS[name]
    defaults = {item.name: item for item in dataclasses.fields(kind)}
    for key, value in values.items():
        _check(key in defaults, f"{name}.{key}", value, "a known setting")
        wanted = getattr(defaults[key].type, "__name__", "")
        number = isinstance(value, int | float) and not isinstance(value, bool)
        _check(
            {"int": isinstance(value, int), "float": number}.get(wanted, True),
            f"{name}.{key}",
            value,
            "a number",
        )
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise TrainingError(f"[{name}] {error}") from error
