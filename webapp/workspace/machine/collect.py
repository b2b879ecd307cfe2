"""What a generation wrote, into its segment: once, and never over a person's text.

All of it works in memory, on segments that the turn has locked; the turn writes what
came of them.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.generation.explanation import explanation_read
from webapp.generation.models import Generation
from webapp.workspace.findings import findings_columns
from webapp.workspace.machine.plural_forms import PluralForms
from webapp.workspace.machine.prompt import masked_of
from webapp.workspace.models import Segment, TranslationRun
from webapp.workspace.placeholders import (
    alignment_of,
    parts_split,
    placeholders_same,
    restore,
)
from webapp.workspace.services.writing import Change
from webapp.workspace.services.writing_many import SegmentWrites
from webapp.workspace.terms.glossary import Glossary

Machine, State, Origin = Segment.Machine, Segment.State, Segment.Origin
Status, FinishReason = Generation.Status, Generation.FinishReason

# Why there is no text although the model ended; words.py makes sentences.
PLACEHOLDERS = "placeholders"  # params: lost, added
NO_END = "no_end"
NOTHING_WRITTEN = "nothing_written"


@dataclass(frozen=True, slots=True)
class Written:
    """The text of a segment, or why there is none, or the parts of it so far."""

    text: str = ""
    error: Mapping[str, Any] | None = None
    is_mended: bool = False
    parts: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What a turn has in hand while it writes. number: of the document's change."""

    run: TranslationRun
    number: int
    glossary: Glossary
    forms: PluralForms
    writes: SegmentWrites

    def set(self, segment: Segment, **columns: Any) -> None:
        """Beside the text."""
        self.writes.set(segment, number=self.number, **columns)


def segment_collect(desk: Desk, segment: Segment) -> None:
    """The segment's generation has ended."""
    generation = segment.generation
    if generation is None or generation.status == Status.CANCELLED:
        desk.set(segment, machine=Machine.WAITING, generation=None)
        return
    if generation.status == Status.FAILED:
        error = {"code": generation.error_code, **generation.error_params}
        _fail(desk, segment, error)
        return
    written = _written(segment, generation)
    if written.parts is not None:
        _go_on(desk, segment, written.parts)
    elif written.error is not None:
        _broken(desk, segment, written.error)
    else:
        columns = _columns(segment, generation, written)
        text_keep(desk, segment, written.text, Origin.MACHINE, columns)


def text_keep(
    desk: Desk, segment: Segment, text: str, origin: str, columns: Mapping[str, Any]
) -> None:
    """A machine's or the memory's text: the target, where no person was before."""
    run = desk.run
    others = {"machine": Machine.IDLE, "machine_error": {}, **columns}
    run.done += 1
    if not _is_free(segment):
        desk.set(segment, **others)
        return
    found = findings_columns(
        segment, text, glossary=desk.glossary, forms=desk.forms.beside(segment)
    )
    change = Change(
        text,
        State.PRETRANSLATED,
        origin,
        operation=run.operation,
        others={**others, **found},
    )
    desk.writes.write(segment, change, number=desk.number)
    desk.forms.take(segment)
    if run.operation is not None:
        run.operation.count += 1


def _is_free(segment: Segment) -> bool:
    """Nobody has changed it since it was asked for, and nobody is typing in it."""
    if segment.version != segment.run_version:
        return False
    if segment.state not in (State.EMPTY, State.PRETRANSLATED):
        return False
    return not segment.is_held


def _written(segment: Segment, generation: Generation) -> Written:
    output = generation.output.strip()
    if generation.finish_reason == FinishReason.LENGTH:
        return Written(error={"code": NO_END})
    if not output:
        return Written(error={"code": NOTHING_WRITTEN})
    if "parts" in segment.recipe:
        return _part_written(segment, output)
    masked = masked_of(
        segment.source, segment.codes, is_bare=segment.recipe.get("is_bare", False)
    )
    restored = restore(
        masked, output, alignment_of(generation.explanation, masked.text)
    )
    if restored.text is None:
        return Written(
            error={
                "code": PLACEHOLDERS,
                "lost": list(restored.lost),
                "added": list(restored.added),
            }
        )
    return Written(restored.text, is_mended=restored.is_mended)


def _part_written(segment: Segment, output: str) -> Written:
    parts = (*segment.recipe["parts"], output)
    split = parts_split(segment.source, segment.codes)
    if len(parts) < len(split.texts):
        return Written(parts=parts)
    text = split.join(parts)
    if not placeholders_same(segment.source, text, segment.codes):
        return Written(error={"code": PLACEHOLDERS, "lost": [], "added": []})
    return Written(text, is_mended=True)


def _go_on(desk: Desk, segment: Segment, parts: tuple[str, ...]) -> None:
    recipe = {**segment.recipe, "parts": list(parts)}
    desk.set(segment, machine=Machine.WAITING, recipe=recipe)


def _broken(desk: Desk, segment: Segment, error: Mapping[str, Any]) -> None:
    """Once more: with its placeholders hidden, where they were not; then in parts,
    where none can get lost; then it is given up."""
    recipe = segment.recipe
    if error["code"] != PLACEHOLDERS or "parts" in recipe:
        _fail(desk, segment, error)
        return
    in_parts: dict[str, Any] = {} if recipe.get("is_bare") else {"parts": []}
    desk.set(
        segment,
        machine=Machine.WAITING,
        attempts=segment.attempts + 1,
        recipe={**recipe, "is_bare": False, **in_parts},
    )


def _fail(desk: Desk, segment: Segment, error: Mapping[str, Any]) -> None:
    desk.set(segment, machine=Machine.FAILED, machine_error=dict(error))
    desk.run.failed += 1


def _columns(
    segment: Segment, generation: Generation, written: Written
) -> dict[str, Any]:
    """What is kept of the machine's text beside it."""
    return {
        "machine_text": written.text,
        "confidence": confidence_of(generation.explanation),
        "explanation": {} if "parts" in segment.recipe else generation.explanation,
        "recipe": {
            **segment.recipe,
            "model_version": generation.model_version,
            "generation": str(generation.pk),
            "is_mended": written.is_mended,
        },
    }


def confidence_of(explanation: Mapping[str, Any]) -> float | None:
    """The geometric mean of the tokens' probabilities.

    >>> confidence_of({"tokens": [["to", -0.5, [], []], [" be", -0.1, [], []]]})
    0.7408
    """
    known = [
        token.logprob
        for token in explanation_read(explanation)
        if token.logprob is not None
    ]
    return round(math.exp(sum(known) / len(known)), 4) if known else None
