"""Pairs that teach nothing, or teach wrong, are left out; each rule by its name."""

import pytest

from inference.training.direction import Direction
from inference.training.filters import Limits, Reason, pair_refusal
from inference.training.pair import Pair, text_clean
from inference.training.placeholders import placeholders

LIMITS = Limits(max_characters=200)


def refusal(source: str, target: str, direction: str = "en-fr") -> Reason | None:
    pair = Pair(source, target, Direction.parse(direction))
    return pair_refusal(pair, LIMITS)


@pytest.mark.parametrize(
    ("source", "target", "direction"),
    [
        ("I love you.", "Je t'aime.", "en-fr"),
        ("Hi", "Bonjour", "en-fr"),
        ("The weather is nice today.", "今天天气很好。", "en-zh"),
        ("今天天气很好。", "The weather is nice today.", "zh-en"),
        ("Ignoring.", "已忽略。", "en-zh"),
        ("Open the Blender window", "打开 Blender 窗口", "en-zh"),
        ("%s of %s", "%s von %s", "en-de"),
        ("%s of %d", "%2$d de %1$s", "en-es"),
        ("Save {name}", "Enregistrer {name}", "en-fr"),
    ],
)
def test_it_keeps_what_is_good(source: str, target: str, direction: str) -> None:
    assert refusal(source, target, direction) is None


@pytest.mark.parametrize(
    ("source", "target", "direction", "reason"),
    [
        ("", "Bonjour", "en-fr", Reason.EMPTY),
        ("Hello", "", "en-fr", Reason.EMPTY),
        ("GNOME Shell", "gnome shell", "en-fr", Reason.SAME),
        ("word " * 50, "mot " * 50, "en-fr", Reason.LONG),
        ("Yes, that is what I said to her yesterday.", "Oui", "en-fr", Reason.RATIO),
        ("Save", "保存", "en-fr", Reason.SCRIPT),
        ("The house", "Das Haus", "en-zh", Reason.SCRIPT),
        ("12:30", "12.30", "en-fr", Reason.SCRIPT),
        ("Save %s", "Enregistrer", "en-fr", Reason.PLACEHOLDERS),
        ("Save {name}", "Enregistrer {nom}", "en-fr", Reason.PLACEHOLDERS),
        ("%1 of %2 files", "%1 de %1 fichiers", "en-fr", Reason.PLACEHOLDERS),
    ],
)
def test_it_names_why_a_pair_is_left_out(
    source: str, target: str, direction: str, reason: Reason
) -> None:
    assert refusal(source, target, direction) is reason


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("%(name)s has %-5.2f and %ld", ["%(name)s", "%-5.2f", "%ld"]),
        ("共 %s个文件", ["%s"]),
        ("${HOME}/$1 and {0}", ["$1", "${HOME}", "{0}"]),
        ("100% sure, for $5.20 or 50% off", []),
    ],
)
def test_it_knows_placeholders_from_prose(text: str, found: list[str]) -> None:
    assert placeholders(text) == sorted(found)


def test_it_normalises_characters_and_spaces() -> None:
    assert text_clean("  e\u0301te\u0301 :\u00a0a\tb\n") == "été : a b"
