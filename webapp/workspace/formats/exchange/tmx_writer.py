"""Translation memories: TMX 1.4, written piece by piece."""

from collections.abc import Iterable, Iterator
from datetime import UTC

from webapp.workspace.formats.exchange.entries import TmxUnit
from webapp.workspace.formats.exchange.xml_text import attribute, content

_HEADER = """<?xml version="1.0" encoding="UTF-8"?>
<tmx version="1.4">
<header creationtool="Tandem" creationtoolversion="1" segtype="sentence" \
o-tmf="Tandem" adminlang="en" srclang={source} datatype="plaintext"/>
<body>
"""
_FOOTER = "</body>\n</tmx>\n"


def tmx_write(units: Iterable[TmxUnit], *, source_language: str) -> Iterator[bytes]:
    """A file of these units, in pieces that can be sent as they come."""
    yield _HEADER.format(source=attribute(source_language or "*all*")).encode()
    for unit in units:
        yield _unit(unit).encode()
    yield _FOOTER.encode()


def _unit(unit: TmxUnit) -> str:
    details = f" creationid={attribute(unit.author)}" if unit.author else ""
    if unit.created_at is not None:
        moment = unit.created_at.astimezone(UTC)
        details += f' creationdate="{moment:%Y%m%dT%H%M%SZ}"'
    context = content(unit.context)
    prop = f'<prop type="x-context">{context}</prop>\n' if unit.context else ""
    return (
        f"<tu srclang={attribute(unit.source_language)}{details}>\n{prop}"
        f"{_text(unit.source_language, unit.source)}"
        f"{_text(unit.target_language, unit.target)}</tu>\n"
    )


def _text(language: str, text: str) -> str:
    return f"<tuv xml:lang={attribute(language)}><seg>{content(text)}</seg></tuv>\n"
