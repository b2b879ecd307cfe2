"""Languages by the model's own codes, or as people name them (BCP 47)."""

import pytest

from inference.text.languages import Languages, language_match, language_tags

FLORES = ["eng_Latn", "fra_Latn", "zho_Hans", "zho_Hant", "arb_Arab", "pes_Arab"]
FLORES += ["nob_Latn", "kor_Hang", "srp_Cyrl", "pbt_Arab", "por_Latn", "zsm_Latn"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("fra_Latn", "fra_Latn"),
        ("fr", "fra_Latn"),
        ("fr-CA", "fra_Latn"),
        ("zh", "zho_Hans"),
        ("zh-Hans", "zho_Hans"),
        ("zh-TW", "zho_Hant"),
        ("ar", "arb_Arab"),
        ("fa", "pes_Arab"),
        ("no", "nob_Latn"),
        ("ko", "kor_Hang"),
        ("ps", "pbt_Arab"),
        ("pt-BR", "por_Latn"),
        ("ms", "zsm_Latn"),
    ],
)
def test_it_finds_the_model_s_own_code(name: str, code: str) -> None:
    assert language_match(name, FLORES) == code


@pytest.mark.parametrize("name", ["de", "sr-Latn", "", "klingon", "fr_", "x" * 500])
def test_it_knows_when_there_is_none(name: str) -> None:
    assert language_match(name, FLORES) is None


def test_a_code_that_is_no_tag_is_found_by_itself() -> None:
    assert language_match("ns", ["ns", "fr"]) == "ns"


@pytest.mark.parametrize(
    ("family", "token"),
    [
        ("marian", ">>fra<<"),
        ("m2m_100", "__fr__"),
        ("m2m_100", "fra_Latn"),
        ("t5", "<2fr>"),
    ],
)
def test_each_family_writes_its_languages_in_its_way(family: str, token: str) -> None:
    languages = Languages(family, {token: 7, "▁word": 8, "__init": 9})
    assert languages.find("fr") == 7
    assert languages.tags == ("fr",)


def test_a_family_without_languages_finds_none_in_its_words() -> None:
    assert not Languages("t5", {"__fr__": 7, ">>fra<<": 8})
    assert not Languages("bart", {"<2fr>": 7})


def test_tags_leave_out_what_goes_without_saying() -> None:
    assert language_tags(FLORES) == (
        *("ar", "en", "fa", "fr", "ko", "ms", "nb", "ps", "pt", "sr"),
        *("zh-Hans", "zh-Hant"),
    )
