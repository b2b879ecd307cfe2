"""Checks say something about any two texts, and never break."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.workspace.check_words import check_message
from webapp.workspace.checks import checks_run

PIECES = [
    *(
        "%s",
        "%1$d",
        "{a}",
        "{}",
        "<b>",
        "</b>",
        "&",
        "&amp;",
        "…",
        "...",
        "?",
        "？",
        "¿",
    ),
    *(
        "{n, plural, one {",
        "} other {",
        "}}",
        "\n",
        "  ",
        "# ",
        "(",
        "]",
        '"',
        "12",
        "HAllo",
    ),
    *(
        "https://a.b",
        "文件",
        "سـ",
        "Привет",
        "a a",
        "\\n",
        "`c`",
        "**",
        "\x07",
        "\ufeff",
        " »",
    ),
]
texts = st.one_of(
    st.text(), st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
)
languages = st.sampled_from(
    ["de", "fr", "fr-CA", "es", "zh-Hans", "ja", "ar", "el", "th"]
)


@settings(deadline=None)
@given(texts, texts, languages, st.sampled_from(["", "one", "other"]))
def test_any_pair_gives_findings_within_the_target_and_with_words(
    source: str, target: str, language: str, plural: str
) -> None:
    for finding in checks_run(
        source,
        target,
        source_language="en",
        target_language=language,
        placeholders="markdown",
        max_length=5,
        plural=plural,
        forms=[target],
    ):
        if finding.start is not None and finding.end is not None:
            assert 0 <= finding.start < finding.end <= len(target)
        assert check_message(finding.check, finding.params)
        assert json.loads(json.dumps(finding.to_dict())) == finding.to_dict()
