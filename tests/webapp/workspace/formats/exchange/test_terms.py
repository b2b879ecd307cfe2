"""Term lists in and out: TBX and tables."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.workspace.formats.exchange import (
    BrokenEntries,
    TermEntry,
    TermTarget,
    tbx_read,
    tbx_write,
    terms_csv_read,
    terms_csv_write,
)
from webapp.workspace.formats.problem import FormatError, Problem

_VERSION_2 = """<martif type="TBX-Basic" xml:lang="en"><text><body>
<termEntry id="c1"><descrip type="subjectField">Computing</descrip>
<langSet xml:lang="en"><tig><term>server</term><note>a machine</note></tig></langSet>
<langSet xml:lang="fr"><tig><term>serveur</term>
<termNote type="administrativeStatus">preferredTerm-admn-sts</termNote></tig>
<ntig><termGrp><term>servant</term>
<termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></termGrp>
</ntig></langSet></termEntry>
<termEntry><langSet xml:lang="en"><tig><term>alone</term></tig></langSet></termEntry>
<termEntry translate="no">
<langSet xml:lang="en"><tig><term>Tandem</term></tig></langSet></termEntry>
</body></text></martif>"""
_VERSION_3 = """<tbx type="TBX-Basic" style="dct" xml:lang="en"
 xmlns="urn:iso:std:iso:30042:ed-2" xmlns:min="http://www.tbxinfo.net/ns/min">
<text><body><conceptEntry><min:subjectField>Computing</min:subjectField>
<langSec xml:lang="en"><termSec><term>server</term></termSec></langSec>
<langSec xml:lang="fr"><termSec><term>servant</term>
<min:administrativeStatus>supersededTerm-admn-sts</min:administrativeStatus>
</termSec></langSec></conceptEntry></body></text></tbx>"""


def _tbx(text: str) -> tuple[list[TermEntry], BrokenEntries]:
    broken = BrokenEntries()
    file = io.BytesIO(text.encode())
    entries = tbx_read(file, broken=broken, source_language="en", target_language="fr")
    return list(entries), broken


def _csv(text: str, target: str = "fr") -> tuple[list[TermEntry], BrokenEntries]:
    broken = BrokenEntries()
    entries = terms_csv_read(
        text.encode(), broken=broken, source_language="en", target_language=target
    )
    return entries, broken


def test_it_reads_tbx_of_version_2() -> None:
    (server, tandem), broken = _tbx(_VERSION_2)
    assert (server.source, server.domain, server.note) == (
        "server",
        "Computing",
        "a machine",
    )
    assert server.targets == (
        TermTarget("serveur", "fr", is_preferred=True),
        TermTarget("servant", "fr", is_forbidden=True),
    )
    assert (tandem.source, tandem.is_untranslatable) == ("Tandem", True)
    assert [warning.params["line"] for warning in broken.shown] == [9]


def test_it_reads_tbx_of_version_3() -> None:
    (server,), broken = _tbx(_VERSION_3)
    assert server.domain == "Computing"
    assert server.targets == (TermTarget("servant", "fr", is_forbidden=True),)
    assert broken.count == 0


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", Problem.EMPTY),
        ("<tmx/>", Problem.SYNTAX),
        ("<tbx><text>", Problem.TRUNCATED),
        ('<!DOCTYPE tbx [<!ENTITY a "b">]><tbx/>', Problem.ENTITY),
    ],
)
def test_what_is_no_tbx_is_refused(text: str, problem: Problem) -> None:
    with pytest.raises(FormatError) as caught:
        _tbx(text)
    assert caught.value.problem is problem


def test_columns_are_found_by_their_names() -> None:
    (server, tandem), broken = _csv(
        "Note;Target term;Forbidden;Term;Do not translate\r\n"
        "a machine;serveur;;server;\r\n"
        ";servant;yes;server;\r\n"
        ";;;Tandem;x\r\n"
        ";;;alone;\r\n"
        ";reste;;;\r\n"
    )
    assert server.targets == (
        TermTarget("serveur", "fr"),
        TermTarget("servant", "fr", is_forbidden=True),
    )
    assert server.note == "a machine"
    assert tandem.is_untranslatable
    assert [warning.params for warning in broken.shown] == [
        {"line": 5, "element": "target"},
        {"line": 6, "element": "source"},
    ]


def test_columns_may_be_languages() -> None:
    text = "en\tfr\tzh_CN\tnote\nserver\tserveur\t服务器\tn\n"
    (server,), _ = _csv(text, target="")
    assert server.targets == (
        TermTarget("serveur", "fr"),
        TermTarget("服务器", "zh-CN"),
    )
    (server,), _ = _csv(text, target="zh-Hans")
    assert [target.text for target in server.targets] == ["服务器"]


def test_a_table_without_names_is_source_and_target() -> None:
    (server, mouse), _ = _csv('server,serveur\n"mouse,\nsmall",souris\n')
    assert (server.source, server.line) == ("server", 1)
    assert (mouse.source, mouse.line) == ("mouse,\nsmall", 2)


def test_a_table_in_no_readable_encoding_is_refused() -> None:
    with pytest.raises(FormatError) as caught:
        terms_csv_read(b"\xff\xff", broken=BrokenEntries(), source_language="en")
    assert caught.value.problem is Problem.ENCODING


_words = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), min_size=1
).filter(lambda text: not {"\ufffe", "\uffff"} & set(text))
_targets = st.builds(
    TermTarget,
    text=_words,
    language=st.just("fr"),
    is_forbidden=st.booleans(),
    is_preferred=st.just(False),
)
_entries = st.lists(
    st.builds(
        TermEntry,
        source=st.one_of(_words, st.sampled_from(["=1+1", "'=1", "@a", "-b"])),
        source_language=st.just("en"),
        targets=st.lists(_targets, max_size=3, unique=True).map(tuple),
        is_untranslatable=st.just(True),
        is_case_sensitive=st.booleans(),
        note=st.one_of(st.just(""), _words),
        domain=st.one_of(st.just(""), _words),
    ),
    max_size=4,
    unique_by=lambda entry: entry.source,
)


def _without_lines(entries: list[TermEntry]) -> list[TermEntry]:
    return [
        TermEntry(
            entry.source,
            entry.source_language,
            entry.targets,
            entry.is_untranslatable,
            entry.is_case_sensitive,
            entry.note,
            entry.domain,
        )
        for entry in entries
    ]


@settings(deadline=None)
@given(_entries)
def test_terms_come_back_from_tbx(entries: list[TermEntry]) -> None:
    data = b"".join(tbx_write(entries, source_language="en"))
    broken = BrokenEntries()
    read = tbx_read(io.BytesIO(data), broken=broken, source_language="en")
    assert _without_lines(list(read)) == entries
    assert broken.count == 0


@settings(deadline=None)
@given(_entries)
def test_terms_come_back_from_a_table(entries: list[TermEntry]) -> None:
    data = b"".join(terms_csv_write(entries))
    broken = BrokenEntries()
    read = terms_csv_read(data, broken=broken, source_language="en")
    assert _without_lines(read) == entries
    assert broken.count == 0


def test_a_spreadsheet_computes_nothing_of_a_table() -> None:
    entry = TermEntry("=cmd()", "en", (TermTarget("+1", "fr"),))
    data = b"".join(terms_csv_write([entry])).decode()
    assert "'=cmd(),'+1" in data
