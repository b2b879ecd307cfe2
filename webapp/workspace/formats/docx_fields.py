"""Fields of Word: an instruction, and the text that it gave. A link's text is for
people; page numbers, references and tables of contents are made anew by Word."""

from dataclasses import dataclass
from enum import Enum

from webapp.workspace.formats.docx_xml import Node


class _Phase(Enum):
    INSTRUCTION = "instruction"
    RESULT = "result"  # that Word makes anew
    TEXT = "text"  # that people wrote


class FieldEvent(Enum):
    """What a mark does to what is being read."""

    NONE = "none"
    OPENS_TEXT = "opens text"
    CLOSES_TEXT = "closes text"
    CLOSES = "closes"


@dataclass(slots=True)
class _Field:
    phase: _Phase = _Phase.INSTRUCTION
    instruction: str = ""


class Fields:
    """Those that are open; a field may go on over many paragraphs."""

    def __init__(self) -> None:
        self._open: list[_Field] = []

    @property
    def is_opaque(self) -> bool:
        return any(field.phase is not _Phase.TEXT for field in self._open)

    def take(self, node: Node) -> FieldEvent:
        """A child of a run: a mark of a field, or a part of its instruction."""
        if node.name == "instrText" and self._open:
            self._open[-1].instruction += node.text
        if node.name != "fldChar":
            return FieldEvent.NONE
        kind = node.attributes.get("fldCharType")
        if kind == "begin":
            self._open.append(_Field())
        elif kind == "separate" and self._open:
            return self._separate(self._open[-1])
        elif kind == "end" and self._open:
            return self._end(self._open.pop())
        return FieldEvent.NONE

    def _separate(self, field: _Field) -> FieldEvent:
        field.phase = _Phase.TEXT if _is_link(field.instruction) else _Phase.RESULT
        return FieldEvent.NONE if self.is_opaque else FieldEvent.OPENS_TEXT

    def _end(self, field: _Field) -> FieldEvent:
        if self.is_opaque:
            return FieldEvent.NONE
        is_text = field.phase is _Phase.TEXT
        return FieldEvent.CLOSES_TEXT if is_text else FieldEvent.CLOSES


def simple_is_link(node: Node) -> bool:
    """Of a field that is one element."""
    return _is_link(node.attributes.get("instr", ""))


def _is_link(instruction: str) -> bool:
    return instruction.strip().upper().startswith("HYPERLINK")
