"""One Markdown block as HTML that is safe to show, whatever the model wrote.

The output is the same for every reader, so it holds no words of the interface: the
copy button of a code block is empty, and the page gives it its label.
"""

import re
from collections.abc import Sequence
from html import escape
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from webapp.common.markdown_math import bracket_math_plugin, mathml
from webapp.common.markdown_sanitise import sanitise

# Beyond these a block is shown as it is: parsing inline marks and colouring code may
# take time in the square of their input.
MAX_PARSED_CHARS = 20_000
MAX_COLOURED_CHARS = 50_000

_LINK_SCHEMES = {"http", "https", "mailto"}
_LANGUAGE = re.compile(r"[\w+#.-]{1,30}")
_FORMATTER = HtmlFormatter(nowrap=True)


def render_block(source: str) -> str:
    if len(source) <= MAX_PARSED_CHARS or _is_code(source):
        html = _PARSER.render(source)
    else:
        html = f"<p>{escape(source.strip())}</p>"
    return sanitise(html).strip()


def _is_code(source: str) -> bool:
    return source.lstrip().startswith(("```", "~~~"))


def _render_fence(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any
) -> str:
    token = tokens[index]
    found = _LANGUAGE.match(token.info.strip())
    language = found[0].lower() if found else ""
    code = _coloured(token.content, language)
    return (
        '<div class="code"><div class="code-head">'
        f'<span class="code-language">{escape(language)}</span>'
        '<button type="button" class="code-copy" data-copy></button></div>'
        f'<pre tabindex="0"><code>{code}</code></pre></div>\n'
    )


def _coloured(code: str, language: str) -> str:
    if not language or len(code) > MAX_COLOURED_CHARS:
        return escape(code)
    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return escape(code)
    return str(highlight(code, lexer, _FORMATTER))


def _render_image(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any
) -> str:
    """A link: loading a picture would tell its host that, and what, somebody reads."""
    token = tokens[index]
    address = str(token.attrGet("src") or "")
    label = token.content or address
    if not _is_link(address):
        return escape(label)
    return f'<a href="{escape(address)}">{escape(label)}</a>'


def _is_link(address: str) -> bool:
    try:
        return urlsplit(address.strip()).scheme.lower() in _LINK_SCHEMES
    except ValueError:  # "http://[half an address"
        return False


def _render_math_inline(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any
) -> str:
    token = tokens[index]
    return mathml(token.content, display=token.markup == "$$")


def _render_math_block(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any
) -> str:
    return f'<div class="math">{mathml(tokens[index].content, display=True)}</div>\n'


def _render_cell(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any
) -> str:
    """Alignment as a class: the page's policy refuses inline style."""
    style = str(tokens[index].attrs.pop("style", ""))
    if style:
        tokens[index].attrSet("class", style.replace("text-align:", "align-"))
    return self.renderToken(tokens, index, options, env)


def _build_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False})
    parser.enable(["table", "strikethrough"]).disable(["html_block", "html_inline"])
    parser.use(
        dollarmath_plugin,
        allow_labels=False,
        allow_space=False,
        allow_digits=False,
        allow_blank_lines=False,
        double_inline=True,
    )
    parser.use(bracket_math_plugin)
    # The documented hook is an attribute of the instance.
    parser.__dict__["validateLink"] = _is_link
    for name, rule in (
        ("fence", _render_fence),
        ("code_block", _render_fence),
        ("image", _render_image),
        ("math_inline", _render_math_inline),
        ("math_inline_double", _render_math_inline),
        ("math_block", _render_math_block),
        ("th_open", _render_cell),
        ("td_open", _render_cell),
    ):
        parser.add_render_rule(name, rule)
    return parser


_PARSER = _build_parser()
