"""Term lists: TBX-Basic, in the version that other tools read: 2."""

from collections.abc import Iterable, Iterator

from webapp.workspace.formats.exchange.entries import TermEntry, TermTarget
from webapp.workspace.formats.exchange.xml_text import attribute, content

_HEADER = """<?xml version="1.0" encoding="UTF-8"?>
<martif type="TBX-Basic" xml:lang={source}>
<martifHeader><fileDesc><sourceDesc><p>Tandem</p></sourceDesc></fileDesc></martifHeader>
<text>
<body>
"""
_FOOTER = "</body>\n</text>\n</martif>\n"


def tbx_write(entries: Iterable[TermEntry], *, source_language: str) -> Iterator[bytes]:
    """A file of these terms, in pieces that can be sent as they come."""
    yield _HEADER.format(source=attribute(source_language)).encode()
    for entry in entries:
        yield _concept(entry).encode()
    yield _FOOTER.encode()


def _concept(entry: TermEntry) -> str:
    translate = ' translate="no"' if entry.is_untranslatable else ""
    domain = f'<descrip type="subjectField">{content(entry.domain)}</descrip>\n'
    note = f"<note>{content(entry.note)}</note>\n"
    case = "x-caseSensitive" if entry.is_case_sensitive else ""
    return (
        f"<termEntry{translate}>\n"
        f"{domain if entry.domain else ''}{note if entry.note else ''}"
        f"{_language(entry.source_language, _term(entry.source, case, 'yes'))}"
        f"{''.join(map(_target, entry.targets))}</termEntry>\n"
    )


def _target(target: TermTarget) -> str:
    status = ""
    if target.is_forbidden or target.is_preferred:
        word = "deprecatedTerm" if target.is_forbidden else "preferredTerm"
        status = f"{word}-admn-sts"
    name = "administrativeStatus" if status else ""
    return _language(target.language, _term(target.text, name, status))


def _term(text: str, note: str, value: str) -> str:
    notes = f'<termNote type="{note}">{value}</termNote>' if note else ""
    return f"<tig><term>{content(text)}</term>{notes}</tig>"


def _language(language: str, terms: str) -> str:
    return f"<langSet xml:lang={attribute(language)}>{terms}</langSet>\n"
