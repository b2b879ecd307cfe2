"""Text of Fluent patterns: placeables as codes, literals as what they say."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fluent.syntax import ast

from webapp.workspace.formats.inline_codes import codes_check
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.xml_text import split_at_codes

_LITERAL = re.compile(r"[{}\r]")
_STARTS_SYNTAX = (".", "*", "[", "#")


@dataclass(frozen=True, slots=True)
class FluentCode:
    """A placeable: how a translator sees it, and where the file has it."""

    shown: str
    start: int
    end: int


def span_of(node: ast.SyntaxNode) -> tuple[int, int]:
    assert node.span is not None  # the parser is told to keep them
    return node.span.start, node.span.end


def select_of(element: ast.TextElement | ast.Placeable) -> ast.SelectExpression | None:
    if not isinstance(element, ast.Placeable):
        return None
    expression = element.expression
    return expression if isinstance(expression, ast.SelectExpression) else None


def fluent_text(text: str, pattern: ast.Pattern) -> tuple[str, tuple[FluentCode, ...]]:
    """What a translator sees of a pattern. `text` is the whole file."""
    pieces: list[str] = []
    codes: list[FluentCode] = []
    for element in pattern.elements:
        if isinstance(element, ast.TextElement):
            pieces.append(element.value)
        elif isinstance(element.expression, ast.StringLiteral):
            pieces.append(element.expression.parse()["value"])
        else:
            start, end = span_of(element)
            codes.append(FluentCode(_shown(text, element), start, end))
            pieces.append(codes[-1].shown)
    return "".join(pieces), tuple(codes)


def fluent_check(text: str, shown: Sequence[str], *, key: str) -> None:
    """Raises FormatError where a placeable comes more often than in the source."""
    pieces = split_at_codes(text, shown)
    codes_check(shown, [piece for piece in pieces if piece in shown], key)


def fluent_raw(
    text: str, codes: Sequence[tuple[str, str]], *, key: str, indent: str, block: bool
) -> str:
    """The text as the file has it. `codes` are what is shown and what is written;
    `block` tells that the pattern begins on a line of its own."""
    lines = [""]
    remaining = list(codes)
    for piece in split_at_codes(text, [shown for shown, _raw in codes]):
        found = next((one for one in remaining if one[0] == piece), None)
        if found:
            remaining.remove(found)
            lines[-1] += found[1]
        elif any(shown == piece for shown, _raw in codes):
            raise FormatError(Problem.BROKEN_CODES, key=key, code=piece)
        else:
            first, *others = _LITERAL.sub(_literal, piece).split("\n")
            lines[-1] += first
            lines += others
    return _joined(lines, indent=indent, block=block)


def _joined(lines: list[str], *, indent: str, block: bool) -> str:
    """Lines with their indentation; what Fluent would trim is held by `{""}`."""
    lines[-1] = f'{lines[-1]}{{""}}' if lines[-1].endswith(" ") else lines[-1]
    lines[-1] = lines[-1] or '{""}'
    first, *others = [
        _line(line, is_block=block or index > 0, is_first=index == 0)
        for index, line in enumerate(lines)
    ]
    newline, margin = indent[: -len(indent.lstrip("\r\n"))], indent.lstrip("\r\n")
    below = [newline + (margin + line if line else "") for line in others]
    return "".join([margin if block else "", first, *below])


def _line(line: str, *, is_block: bool, is_first: bool) -> str:
    if line.startswith(" ") or (is_first and not line):
        return f'{{""}}{line}'
    if is_block and line.startswith(_STARTS_SYNTAX):
        return f'{{"{line[0]}"}}{line[1:]}'
    return line


def _literal(match: re.Match[str]) -> str:
    return '{"\\u000D"}' if match[0] == "\r" else f'{{"{match[0]}"}}'


def _shown(text: str, placeable: ast.Placeable) -> str:
    """As written; of a choice only what is chosen by, its variants are units."""
    start, end = span_of(placeable)
    select = select_of(placeable)
    if select is None:
        return text[start:end]
    selector = text[slice(*span_of(select.selector))]
    return f"{{ {selector} -> … }}"
