"""SRX files: what they mean, and what is said of those that cannot be used."""

import doctest

import pytest

from webapp.workspace.segmentation import Segmenter, SrxError, patterns, srx_parse

_FILE = """<?xml version="1.0"?>
<srx xmlns="http://www.lisa.org/srx20" version="2.0">
<header segmentsubflows="yes" cascade="{cascade}"/>
<body>
<languagerules>
<languagerule languagerulename="First">{first}</languagerule>
<languagerule languagerulename="Second">
<rule break="yes"><beforebreak>;\\s</beforebreak><afterbreak>\\S</afterbreak></rule>
</languagerule>
</languagerules>
<maprules>
<languagemap languagepattern="en.*" languagerulename="First"/>
<languagemap languagepattern="{pattern}" languagerulename="{name}"/>
</maprules>
</body>
</srx>"""


def _rule(before: str, after: str, *, is_break: bool = True) -> str:
    answer = "yes" if is_break else "no"
    return (
        f'<rule break="{answer}"><beforebreak>{before}</beforebreak>'
        f"<afterbreak>{after}</afterbreak></rule>"
    )


def _file(first: str, **changes: str) -> bytes:
    values = {"cascade": "yes", "pattern": ".*", "name": "Second", **changes}
    return _FILE.format(first=first, **values).encode()


def _split(first: str, text: str, **changes: str) -> list[str]:
    return Segmenter(srx_parse(_file(first, **changes))).split(text, "en")


def test_the_first_rule_that_matches_decides() -> None:
    stop = _rule(r"\.\s", r"\S")
    exception = _rule(r"\bvs\.\s", "", is_break=False)
    assert _split(exception + stop, "A vs. B. C") == ["A vs. B. ", "C"]
    assert _split(stop + exception, "A vs. B. C") == ["A vs. ", "B. ", "C"]


def test_a_rule_sees_the_text_on_both_sides_whatever_broke_before() -> None:
    stops = _rule(r"\.", r"") + _rule(r"\. ", r"")
    assert _split(stops, "a. b") == ["a.", " ", "b"]


def test_cascade_says_whether_further_groups_are_asked() -> None:
    comma = _rule(r",\s", "")
    assert _split(comma, "a, b; c") == ["a, ", "b; ", "c"]
    assert _split(comma, "a, b; c", cascade="no") == ["a, ", "b; c"]


def test_a_language_without_rules_is_not_cut() -> None:
    segmenter = Segmenter(srx_parse(_file("", pattern="de")))
    assert segmenter.split("a; b. c", "fr") == ["a; b. c"]


def test_it_reads_the_notation_of_icu() -> None:
    assert _split(_rule(r"\Q.)\E\x{20}", r"[\p{Lu}&amp;&amp;[^B]]"), ".) A .) B") == [
        ".) ",
        "A .) B",
    ]


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"<srx", "xml_malformed", 1),
        (b"not xml at all", "xml_malformed", 1),
        (b"<tmx/>", "not_srx_2", 1),
        (b'<!DOCTYPE srx [<!ENTITY a "b">]><srx/>', "xml_doctype", 1),
        (_file(_rule("(", "")), "pattern_invalid", 6),
        (_file(_rule("a)(b", "")), "pattern_invalid", 6),
        (_file(_rule("", "")), "rule_empty", 6),
        (_file(_rule("(" * 60 + ")" * 60, "")), "pattern_too_deep", 6),
        (_file(_rule("a" * 9000, "")), "pattern_too_long", 6),
        (_file("", name="Third"), "unknown_group", 13),
        (_file("", pattern="("), "pattern_invalid", 13),
        (b"<srx>" + b" " * 2**21 + b"</srx>", "file_too_large", None),
    ],
)
def test_it_says_what_is_wrong_and_where(
    data: bytes, code: str, line: int | None
) -> None:
    with pytest.raises(SrxError) as caught:
        srx_parse(data)
    assert (caught.value.code, caught.value.line) == (code, line)


def test_rules_that_take_for_ever_are_stopped() -> None:
    data = _file(_rule(r"b(a|a|aa)+", ""))
    segmenter = Segmenter(srx_parse(data), seconds=0.2)
    with pytest.raises(SrxError, match="rules_too_slow"):
        segmenter.split("c" + "a" * 60, "en")


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(patterns).failed == 0
