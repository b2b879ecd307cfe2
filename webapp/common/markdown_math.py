r"""Formulas: LaTeX as MathML, and the \( \) and \[ \] that some models write."""

from functools import lru_cache
from html import escape, unescape
from xml.etree.ElementTree import tostring

from latex2mathml.converter import convert_to_element
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

MAX_FORMULA_CHARS = 2_000


@lru_cache(maxsize=256)
def mathml(latex: str, *, display: bool) -> str:
    """MathML; what cannot be read as LaTeX is shown as it was written."""
    source = latex.strip()
    if len(source) <= MAX_FORMULA_CHARS:
        try:
            return _convert(source, display="block" if display else "inline")
        except Exception:  # noqa: S110  # it raises a dozen kinds, IndexError too
            pass
    return f'<code class="math-source">{escape(source)}</code>'


def _convert(source: str, *, display: str) -> str:
    """The library's own `convert` leaves text unescaped: its tree is written here."""
    tree = convert_to_element(source, display=display)
    for element in tree.iter():
        element.text = unescape(element.text) if element.text else None
    return str(tostring(tree, encoding="unicode"))


def bracket_math_plugin(parser: MarkdownIt) -> None:
    parser.inline.ruler.before("escape", "math_bracket", _inline_rule)
    parser.block.ruler.before(
        "fence", "math_bracket_block", _block_rule, {"alt": ["paragraph"]}
    )


def _inline_rule(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # its API
    if not state.src.startswith(("\\(", "\\["), state.pos):
        return False
    closing = "\\)" if state.src[state.pos + 1] == "(" else "\\]"
    end = state.src.find(closing, state.pos + 2, state.posMax)
    if end < 0:
        return False
    if not silent:
        token = state.push("math_inline", "math", 0)
        token.content = state.src[state.pos + 2 : end]
    state.pos = end + 2
    return True


def _block_rule(state: StateBlock, first: int, last: int, silent: bool) -> bool:  # noqa: FBT001  # its API
    begin = state.bMarks[first] + state.tShift[first]
    if state.is_code_block(first) or not state.src.startswith("\\[", begin):
        return False
    for line in range(first, last):
        text = state.src[state.bMarks[line] : state.eMarks[line]].rstrip()
        if not text:
            return False
        if text.endswith("\\]"):
            break
    else:
        return False
    if not silent:
        token = state.push("math_block", "math", 0)
        token.block = True
        token.content = state.src[begin + 2 : state.eMarks[line]].rstrip()[:-2]
        token.map = [first, line + 1]
        state.line = line + 1
    return True
