"""The interface is wholly in Simplified Chinese, and says what the English says."""

import json
import re
from collections.abc import Callable, Iterator

import polib
import pytest
from django.conf import settings
from django.test import Client

from tests.webapp.common.words import Word, words_of_django, words_of_scripts

FOLDER = settings.LOCALE_PATHS[0] / "zh_Hans" / "LC_MESSAGES"
HOW_TO_MEND = "`make messages` collects them; then translate them in the .po file"
# %(name)s and %% of Python, %s of JavaScript, tags of HTML
KEPT = re.compile(r"%\(\w+\)[sd]|%%|%[sd]|</?\w+>")

both = pytest.mark.parametrize("domain", ["django", "djangojs"])


def written(domain: str) -> polib.POFile:
    return polib.pofile(str(FOLDER / f"{domain}.po"))


def texts(entry: polib.MOEntry | polib.POEntry) -> list[str]:
    """One, for there is one plural form in Chinese."""
    return list(entry.msgstr_plural.values()) or [entry.msgstr]


def by_key(
    catalogue: polib.POFile | polib.MOFile,
) -> dict[tuple[str | None, str], list[str]]:
    return {(entry.msgctxt, entry.msgid): texts(entry) for entry in catalogue}


@both
def test_no_word_is_left_untranslated_or_in_doubt(domain: str) -> None:
    catalogue = written(domain)
    assert not catalogue.metadata_is_fuzzy
    assert [entry.msgid for entry in catalogue if entry.fuzzy] == []
    assert [entry.msgid for entry in catalogue if not all(texts(entry))] == []
    assert [entry.msgid for entry in catalogue if entry.obsolete] == []


@pytest.mark.parametrize(
    ("domain", "words"), [("django", words_of_django), ("djangojs", words_of_scripts)]
)
def test_every_word_of_the_sources_is_there(
    domain: str, words: Callable[[], Iterator[Word]]
) -> None:
    said = set(words())
    assert len(said) > 10
    assert said - set(by_key(written(domain))) == set(), HOW_TO_MEND


@both
def test_placeholders_and_tags_are_kept(domain: str) -> None:
    for entry in written(domain):
        english = entry.msgid_plural or entry.msgid
        for text in texts(entry):
            assert sorted(KEPT.findall(text)) == sorted(KEPT.findall(english)), text


@both
def test_the_compiled_catalogue_is_the_written_one(domain: str) -> None:
    """It is kept in the repository, so that running needs no GNU gettext."""
    compiled = polib.mofile(str(FOLDER / f"{domain}.mo"))
    assert by_key(compiled) == by_key(written(domain)), "run `make messages`"


@both
def test_there_is_one_plural_form(domain: str) -> None:
    assert written(domain).metadata["Plural-Forms"].startswith("nplurals=1;")


@pytest.mark.parametrize("language", ["zh-CN", "zh-Hans", "zh"])
def test_scripts_get_their_words(client: Client, db: None, language: str) -> None:
    page = client.get("/i18n.js", headers={"accept-language": language})
    assert f'"Copied.": {json.dumps("已复制。")}' in page.text


def test_the_sign_in_page_is_in_the_language_of_the_browser(
    client: Client, db: None
) -> None:
    page = client.get("/accounts/login/", headers={"accept-language": "zh-CN"})
    assert page.headers["Content-Language"] == "zh-hans"
    assert '<html lang="zh-hans"' in page.text
    assert "登录" in page.text
    assert "Sign in" not in page.text
