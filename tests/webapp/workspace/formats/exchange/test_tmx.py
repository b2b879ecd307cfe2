"""Translation memories in and out, also long, broken and hostile ones."""

import doctest
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.workspace.formats.exchange import (
    BrokenEntries,
    TmxUnit,
    language_match,
    tmx_read,
    tmx_write,
    xml_text,
)
from webapp.workspace.formats.limits import Limits
from webapp.workspace.formats.problem import FormatError, Problem

_HEADER = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header srclang="en" segtype="sentence"/><body>
"""
_FOOTER = "</body></tmx>"


def _tuv(language: str, text: str) -> str:
    return f'<tuv xml:lang="{language}"><seg>{text}</seg></tuv>'


def _read(
    body: str, *, source: str = "en", target: str = "fr", footer: str = _FOOTER
) -> tuple[list[TmxUnit], BrokenEntries]:
    broken = BrokenEntries()
    file = io.BytesIO(f"{_HEADER}{body}{footer}".encode())
    units = tmx_read(
        file, broken=broken, source_language=source, target_language=target
    )
    return list(units), broken


def _texts(units: list[TmxUnit]) -> list[tuple[str, str]]:
    return [(unit.source, unit.target) for unit in units]


def test_it_reads_what_tools_write() -> None:
    units, broken = _read(
        '<tu tuid="menu" creationdate="20250203T040506Z" creationid="Ana">'
        '<prop type="x-context">File menu</prop>'
        + _tuv("en-US", "Open &amp; close")
        + '<tuv lang="fr_FR"><prop type="x">no</prop><seg>Ouvrir et fermer</seg></tuv>'
        + "</tu>"
    )
    assert units == [
        TmxUnit(
            source="Open & close",
            target="Ouvrir et fermer",
            source_language="en-US",
            target_language="fr-FR",
            context="File menu",
            created_at=datetime(2025, 2, 3, 4, 5, 6, tzinfo=UTC),
            author="Ana",
            line=4,
        )
    ]
    assert broken == BrokenEntries()


def test_codes_of_the_original_stay_where_one_sees_them() -> None:
    units, _ = _read(
        "<tu>"
        + _tuv(
            "en", '<bpt i="1">&lt;b&gt;</bpt>A<ept i="1">&lt;/b&gt;</ept> <hi>b</hi>'
        )
        + _tuv("fr", '<ph x="1">{0}</ph> c')
        + "</tu>"
    )
    assert _texts(units) == [("<b>A</b> b", "{0} c")]


def test_one_unit_may_hold_many_languages() -> None:
    body = f"<tu>{_tuv('en', 'a')}{_tuv('fr', 'b')}{_tuv('de', 'c')}</tu>"
    assert _texts(_read(body, target="")[0]) == [("a", "b"), ("a", "c")]
    assert _texts(_read(body, source="", target="")[0]) == [("a", "b"), ("a", "c")]
    assert _texts(_read(body, source="fr", target="de")[0]) == [("b", "c")]


def test_the_very_language_goes_before_one_that_may_stand_for_it() -> None:
    body = f"<tu>{_tuv('en', 'a')}{_tuv('pt', 'b')}{_tuv('pt-BR', 'c')}</tu>"
    assert _texts(_read(body, target="pt-BR")[0]) == [("a", "c")]
    assert _texts(_read(body, target="pt-PT")[0]) == [("a", "b")]


def test_broken_units_of_a_long_file_are_counted_and_shown_with_their_lines() -> None:
    good = f"<tu>{_tuv('en', 'a')}{_tuv('fr', 'b')}</tu>\n"
    bad = [
        f"<tu>{_tuv('en', 'no target')}</tu>\n",
        f"<tu>{_tuv('en', 'empty')}{_tuv('fr', ' ')}</tu>\n",
        '<tu><tuv xml:lang="en"/><tuv xml:lang="fr"><seg>b</seg></tuv></tu>\n',
        f"<tu>{_tuv('de', 'a')}{_tuv('fr', 'b')}</tu>\n",
        "<tu/>\n",
    ]
    body = "".join(bad[n // 100 % 5] if n % 100 == 50 else good for n in range(10_000))
    units, broken = _read(body)
    assert len(units) == 9_900
    assert broken.count == 100
    assert [warning.params["line"] for warning in broken.shown[:3]] == [54, 154, 254]
    assert [warning.params["element"] for warning in broken.shown[:4]] == [
        'tuv xml:lang="fr"',
        "seg",
        "seg",
        'tuv xml:lang="en"',
    ]
    assert len(broken.shown) < 100
    assert broken.stopped is None


@pytest.mark.parametrize(
    ("end", "problem"),
    [("<tu><tuv></tu>", Problem.SYNTAX), ("<tu><tuv", Problem.TRUNCATED)],
)
def test_what_stands_before_a_break_is_taken(end: str, problem: Problem) -> None:
    good = f"<tu>{_tuv('en', 'a')}{_tuv('fr', 'b')}</tu>\n"
    units, broken = _read(good * 3 + end, footer="")
    assert len(units) == 3
    assert broken.stopped is not None
    assert broken.stopped.problem is problem
    assert broken.stopped.params["line"] == 7


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", Problem.EMPTY),
        (b"no xml", Problem.SYNTAX),
        (b"<html></html>", Problem.SYNTAX),
        (b"<tmx><body><tu>", Problem.TRUNCATED),
        (b"<tmx>" + b"<a>" * 200, Problem.TOO_DEEP),
        (b"<tmx>" + b" " * 5000 + b"</tmx>", Problem.TOO_LARGE),
        (b'<!DOCTYPE tmx [<!ENTITY a "b">]><tmx/>', Problem.ENTITY),
        (
            b'<!DOCTYPE tmx [<!ENTITY x SYSTEM "file:///etc/passwd">]><tmx>&x;</tmx>',
            Problem.ENTITY,
        ),
    ],
)
def test_what_is_no_memory_is_refused(data: bytes, problem: Problem) -> None:
    with pytest.raises(FormatError) as caught:
        list(
            tmx_read(
                io.BytesIO(data), broken=BrokenEntries(), limits=Limits(max_bytes=4000)
            )
        )
    assert caught.value.problem is problem


def test_a_text_beyond_the_limit_is_a_broken_unit() -> None:
    broken = BrokenEntries()
    data = f"{_HEADER}<tu>{_tuv('en', 'a' * 50)}{_tuv('fr', 'b')}</tu>{_FOOTER}"
    limits = Limits(max_unit_chars=40)
    file = io.BytesIO(data.encode())
    assert list(tmx_read(file, broken=broken, limits=limits)) == []
    assert broken.shown[0].problem is Problem.UNIT_TOO_LONG


def test_other_encodings_are_read_as_they_declare() -> None:
    body = _HEADER.replace("UTF-8", "UTF-16")
    data = f"{body}<tu>{_tuv('en', 'a')}{_tuv('zh-CN', '中')}</tu>{_FOOTER}"
    units = tmx_read(
        io.BytesIO(data.encode("utf-16")),
        broken=BrokenEntries(),
        target_language="zh-Hans",
    )
    assert _texts(list(units)) == [("a", "中")]


_texts_of_xml = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], include_characters="\t\n\r"),
    min_size=1,
).filter(lambda text: text.strip() and not {"\ufffe", "\uffff"} & set(text))
_units = st.builds(
    TmxUnit,
    source=_texts_of_xml,
    target=_texts_of_xml,
    source_language=st.just("en"),
    target_language=st.sampled_from(["fr", "zh-Hans", "ar"]),
    context=st.one_of(st.just(""), _texts_of_xml),
    created_at=st.none() | st.just(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
    author=st.sampled_from(["", 'A "B" & <C>']),
)


@settings(deadline=None)
@given(st.lists(_units, max_size=5))
def test_what_is_written_is_read_again(units: list[TmxUnit]) -> None:
    data = b"".join(tmx_write(units, source_language="en"))
    broken = BrokenEntries()
    read = list(tmx_read(io.BytesIO(data), broken=broken, source_language="en"))
    assert [(unit.source, unit.target) for unit in read] == [
        (unit.source, unit.target) for unit in units
    ]
    for unit, again in zip(units, read, strict=True):
        assert again.target_language == unit.target_language
        assert again.context == unit.context
        assert (again.created_at, again.author) == (unit.created_at, unit.author)
    assert broken == BrokenEntries()


def test_the_examples_in_the_documentation_hold() -> None:
    for module in (language_match, xml_text):
        assert doctest.testmod(module).failed == 0
