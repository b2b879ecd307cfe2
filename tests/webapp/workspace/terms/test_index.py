"""Which terms occur in a text, in whatever form."""

import pytest

from webapp.workspace.terms.index import Entry, TermIndex


def found(terms: list[str | Entry], text: str, language: str = "en") -> list[str]:
    entries = [term if isinstance(term, Entry) else Entry(term) for term in terms]
    return [
        text[hit.start : hit.end] for hit in TermIndex(entries, language).find(text)
    ]


def test_only_terms_that_occur_are_found() -> None:
    assert found(["file", "folder", "drive"], "Open the file.") == ["file"]


def test_a_part_of_a_word_is_no_term() -> None:
    assert found(["port", "art"], "Important parts") == []


@pytest.mark.parametrize(
    ("language", "term", "text"),
    [
        ("en", "file", "All FILES"),
        ("en", "delete", "deleting"),
        ("en", "category", "categories"),
        ("en", "box", "boxes"),
        ("de", "Datei", "Dateien"),
        ("de", "Haus", "Häusern"),
        ("de", "Ordner", "des Ordners"),
        ("fr", "journal", "les journaux"),
        ("fr", "fichier", "fichiers"),
        ("es", "botón", "botones"),
        ("it", "finestra", "finestre"),
    ],
)
def test_inflected_forms_are_found(language: str, term: str, text: str) -> None:
    [hit] = TermIndex([Entry(term)], language).find(text)
    assert hit.is_inflected or hit.entry.text.casefold() in text.casefold()
    assert hit.end == len(text)


def test_the_longest_term_hides_those_inside_it() -> None:
    terms: list[str | Entry] = ["file", "file manager", "manager"]
    text = "The file manager lists each file"
    assert found(terms, text) == ["file manager", "file"]


def test_case_counts_where_the_term_says_so() -> None:
    terms: list[str | Entry] = [Entry("Apple", is_case_sensitive=True)]
    assert found(terms, "Apples and an apple") == ["Apples"]


def test_chinese_and_thai_terms_are_found_inside_of_text() -> None:
    assert found(["文件", "文件夹"], "打开文件夹中的文件", "zh-Hans") == [
        "文件夹",
        "文件",
    ]
    assert found(["ไฟล์"], "เปิดไฟล์นี้", "th") == ["ไฟล์"]


def test_words_with_signs_between_them_are_one_term() -> None:
    assert found(["e-mail", "log in"], "Log in by E-mail", "en") == ["Log in", "E-mail"]


def test_no_terms_and_no_text_find_nothing() -> None:
    assert found([], "text") == []
    assert found(["…", "word"], "") == []
