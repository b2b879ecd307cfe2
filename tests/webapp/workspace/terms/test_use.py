"""How a translation treats a term."""

import pytest

from webapp.workspace.terms import Status, TermHit, term_use


def use(hit: TermHit, target: str, language: str = "de") -> Status:
    return term_use(hit, target, language).status


FILE = TermHit("1", "file", 0, 4, targets=("Datei",), forbidden=("Akte",))


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("Die Datei", Status.APPLIED),
        ("Alle Dateien", Status.INFLECTED),
        ("Der Ordner", Status.MISSED),
        ("Die Akte", Status.FORBIDDEN),
        ("Die Akten und die Datei", Status.FORBIDDEN),
    ],
)
def test_a_target_applies_inflects_or_misses_it(target: str, status: Status) -> None:
    assert use(FILE, target) is status


def test_one_of_several_targets_is_enough() -> None:
    hit = TermHit("1", "file", 0, 4, targets=("Datei", "File"))
    assert use(hit, "Das File") is Status.APPLIED


def test_a_forbidden_word_inside_of_a_good_one_is_allowed() -> None:
    hit = TermHit("1", "record", 0, 6, targets=("digitale Akte",), forbidden=("Akte",))
    assert use(hit, "Eine digitale Akte") is Status.APPLIED


def test_what_is_not_to_be_translated_must_be_there_to_the_letter() -> None:
    hit = TermHit("1", "Tandem", 0, 6, is_untranslatable=True)
    assert use(hit, "Mit Tandem") is Status.APPLIED
    assert use(hit, "Mit tandem") is Status.MISSED
    assert use(hit, "Mit Tandems") is Status.MISSED


def test_a_term_without_a_target_asks_for_nothing() -> None:
    assert use(TermHit("1", "file", 0, 4), "Irgendwas") is Status.OPEN


def test_it_says_where_the_target_has_it() -> None:
    assert term_use(FILE, "Die Datei", "de").spans == ((4, 9),)
