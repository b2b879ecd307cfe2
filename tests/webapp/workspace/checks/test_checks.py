"""Each check finds what it is for, and leaves good translations alone."""

from typing import Any

import pytest

from webapp.workspace.check_words import CHECK_NAMES, check_message
from webapp.workspace.checks import Finding, checks_run
from webapp.workspace.terms import TermHit

FILE = TermHit("1", "file", 0, 4, targets=("Datei",), forbidden=("Akte",))
NAME = TermHit("2", "Tandem Chat", 0, 11, is_untranslatable=True)
PLURAL = "{n, plural, one {# file} other {# files}}"


def run(
    source: str, target: str, language: str = "de", **options: Any
) -> list[Finding]:
    return checks_run(
        source, target, source_language="en", target_language=language, **options
    )


# Name of the check, whether it is an error, source, target, language, options, and
# the part of the target that is to blame.
BAD: list[tuple[str, bool, str, str, str, dict[str, Any], str | None]] = [
    ("placeholder_missing", True, "%s of %d", "%s", "de", {}, None),
    ("placeholder_missing", True, "%s of %d", "%d von %s", "de", {}, None),
    ("placeholder_missing", True, "{a}", "{b}", "de", {}, None),
    ("placeholder_missing", True, "Hi {{ a }}", "Hallo", "de", {}, None),
    ("placeholder_missing", True, "%1 items", "Elemente", "de", {}, None),
    ("placeholder_missing", True, "Hi $name$", "Hallo", "de", {}, None),
    ("placeholder_missing", True, "Hi [X7X]", "Hallo", "de", {}, None),
    (
        "placeholder_missing",
        True,
        "%d files",
        "Dateien",
        "de",
        {"plural": "other"},
        None,
    ),
    ("placeholder_missing", True, "%d files", "файл", "ru", {"plural": "one"}, None),
    ("placeholder_missing", False, "Run `ls`", "Starte ls", "de", {}, None),
    ("placeholder_missing", False, "A **b** c", "A b c", "de", {}, None),
    ("placeholder_missing", False, "A&nbsp;b", "A b", "de", {}, None),
    ("placeholder_missing", False, "{a}: {a}", "{a}", "de", {}, None),
    ("placeholder_missing", True, "a `%(b)s`", "a `b`", "de", {}, None),
    ("placeholder_added", True, "Hello", "Hallo %s", "de", {}, "%s"),
    ("url_missing", False, "See https://a.org", "Siehe", "de", {}, None),
    ("url_added", False, "See", "Siehe https://a.org", "de", {}, "https://a.org"),
    ("tag_missing", True, "<b>a</b>", "a</b>", "de", {}, None),
    ("tag_added", True, "a", "<i>a", "de", {}, "<i>"),
    (
        "tag_changed",
        False,
        '<a href="x">a</a>',
        '<a href="y">a</a>',
        "de",
        {},
        '<a href="y">',
    ),
    ("tag_broken", True, "<b>a</b> c", "</b>a<b> c", "de", {}, "</b>"),
    ("bare_ampersand", False, "a &amp; b", "a & b &amp;", "de", {}, "&"),
    ("icu_syntax", True, PLURAL, PLURAL[:-1], "de", {}, "{"),
    ("icu_argument_missing", True, PLURAL, "Dateien", "de", {}, None),
    ("icu_argument_added", True, PLURAL, PLURAL + "{x}", "de", {}, "{x}"),
    (
        "icu_argument_changed",
        True,
        PLURAL,
        PLURAL.replace("plural", "select"),
        "de",
        {},
        None,
    ),
    (
        "icu_choices",
        True,
        "{g, select, m {a} other {b}}",
        "{g, select, other {b}}",
        "de",
        {},
        None,
    ),
    ("icu_plurals", False, PLURAL, PLURAL, "pl", {}, PLURAL),
    (
        "plural_missing",
        False,
        "files",
        "Dateien",
        "de",
        {"plural": "other", "forms": [""]},
        None,
    ),
    (
        "plural_same",
        False,
        "files",
        "Dateien",
        "de",
        {"plural": "other", "forms": ["Dateien"]},
        None,
    ),
    ("max_length", True, "Save", "Speichern", "de", {"max_length": 5}, "hern"),
    ("too_short", False, "A long sentence about many things", "Kurz", "de", {}, None),
    ("too_long", False, "Short", "Kurz " * 12, "de", {}, None),
    ("begin_newline", True, "\na", "a", "de", {}, "a"),
    ("end_newline", True, "a", "a\n", "de", {}, "\n"),
    ("begin_space", False, "a", " a", "de", {}, " "),
    ("end_space", False, "a", "a  ", "de", {}, "  "),
    ("double_space", False, "a b", "a  b", "de", {}, "  "),
    ("newlines", False, "a\nb", "a b", "de", {}, None),
    ("escapes", False, r"a\nb", "a b", "de", {}, None),
    ("control", True, "a", "a\x07", "de", {}, "\x07"),
    ("unseen", False, "a", "a\u200bb", "de", {}, "\u200b"),
    ("unseen", False, "a", "\ufeffa", "de", {}, "\ufeff"),
    ("kashida", False, "peace", "سـلام", "ar", {}, "ـ"),
    ("script_missing", False, "Hello all", "Hello everyone", "ru", {}, None),
    ("script_strange", False, "Hello all", "Hallo 世界 alle", "de", {}, "世界"),
    ("lookalike", False, "Paper", "Pаpier", "de", {}, "Pа"),
    ("end_sign", False, "Really?", "Wirklich.", "de", {}, "."),
    ("end_sign", False, "Done.", "Fertig", "de", {}, "g"),
    ("end_sign", False, "Done", "完成。", "zh-Hans", {}, "。"),
    ("end_sign", False, "Wait…", "Warten", "de", {}, "n"),
    ("begin_sign", False, "- one", "eins", "de", {}, "e"),
    ("begin_sign", False, " one", "\n - eins", "de", {}, "-"),
    ("ellipsis", False, "Wait…", "Warten...", "de", {}, "..."),
    ("wide_sign", False, "Well, good", "好,很好", "zh-Hans", {}, ","),
    ("spanish_sign", False, "Where?", "Dónde?", "es", {}, "?"),
    ("arabic_sign", False, "Where?", "أين?", "ar", {}, "?"),
    ("french_space", False, "Where?", "Où?", "fr", {}, "?"),
    ("brackets", False, "a (b)", "a (b", "de", {}, "("),
    ("quotes", False, 'a "b"', 'a "b', "de", {}, '"'),
    ("numbers", False, "in 12 days", "in 13 Tagen", "de", {}, None),
    ("unchanged", False, "Save the file", "Save the file", "de", {}, None),
    ("doubled_word", False, "the file", "eine eine Datei", "de", {}, "eine eine"),
    ("two_capitals", False, "Hello", "HAllo", "de", {}, "HAllo"),
    ("markdown", False, "# Title", "Titel", "de", {"placeholders": "markdown"}, None),
    ("term_forbidden", True, "file", "Akte", "de", {"terms": [FILE]}, "Akte"),
    ("term_missed", False, "file", "Ordner", "de", {"terms": [FILE]}, None),
    (
        "inconsistent",
        False,
        "file",
        "Datei",
        "de",
        {"elsewhere": ["Akte", "Datei"]},
        None,
    ),
]


@pytest.mark.parametrize(
    ("check", "is_error", "source", "target", "language", "options", "blamed"), BAD
)
def test_it_finds_what_is_wrong(
    check: str,
    is_error: bool,
    source: str,
    target: str,
    language: str,
    options: dict[str, Any],
    blamed: str | None,
) -> None:
    findings = run(source, target, language, **options)
    found = {each.check: each for each in reversed(findings)}
    assert check in found
    finding = found[check]
    assert finding.severity == ("error" if is_error else "warning")
    if blamed is not None:
        assert target[finding.start : finding.end] == blamed
    assert check_message(check, finding.params).strip(".?”")


GOOD: list[tuple[str, str, str, dict[str, Any]]] = [
    ("%s of %d", "%2$d von %1$s", "de", {}),
    ("{} of {}", "{0} von {1}", "de", {}),
    ("%d files", "eine Datei", "de", {"plural": "one"}),
    ("{count} file", "eine Datei", "de", {"plural": "one"}),
    ("Hello, world!", "你好，世界！", "zh-Hans", {}),
    ("Where is it?", "¿Dónde está?", "es", {}),
    ("Where is it?", "Où est-ce\u00a0?", "fr", {}),
    ("At 10:30: see “a”", "À 10:30\u202f: voir « a »", "fr", {}),
    ("Where?", "أين؟", "ar", {}),
    ("Where?", "Πού;", "el", {}),
    ("Done.", "เสร็จแล้ว", "th", {}),
    ("1,000.5 MB", "1.000,5 MB", "de", {}),
    ("10 000 files", "10.000 Dateien", "de", {}),
    ("12 days", "١٢ يوما", "ar", {}),
    ("<b>a</b> and <i>b</i>", "<i>b</i> und <b>a</b>", "de", {}),
    ("[the manual](https://a.org/en)", "[das Handbuch](https://a.org/de)", "de", {}),
    (PLURAL, "{n, plural, other {# 个文件}}", "zh-Hans", {}),
    (PLURAL, "{n, plural, one {eine Datei} other {# Dateien}}", "de", {}),
    ("You were there", "Vous vous y trouviez", "fr", {}),
    ("Tandem Chat", "Tandem Chat", "de", {"terms": [NAME]}),
    ("OK", "OK", "de", {}),
    ("%s", "%s", "de", {}),
    ("all files", "alle Dateien", "de", {"terms": [FILE]}),
    ("files", "文件", "zh", {"plural": "other", "forms": []}),
    ("# A\n* b", "# A\n- b", "de", {"placeholders": "markdown"}),
    ("It (really) is: “so” [1]", "Es ist (wirklich): „so“ [1]", "de", {}),
    ("می‌خواهم", "می\u200cخواهم", "fa", {}),
    ("Enter two values", "2つの値", "ja", {}),
    ("A doctor’s email", 'דוא"ל של רופא', "he", {}),
    ("the `%(a)s.%(b)s`", "les `%(a)s.%(b)s`", "fr", {}),
    ("starts with “https://”", "beginnt mit „https://“", "de", {}),
    ("Save", "", "de", {"max_length": 1}),
    ("Open https://example.org.", "https://example.org öffnen.", "de", {}),
]


@pytest.mark.parametrize(("source", "target", "language", "options"), GOOD)
def test_a_good_translation_is_left_alone(
    source: str, target: str, language: str, options: dict[str, Any]
) -> None:
    assert run(source, target, language, **options) == []


def test_every_check_has_words_and_a_test() -> None:
    assert {check for check, *_ in BAD} == CHECK_NAMES


def test_errors_come_first() -> None:
    found = run("Really, %s?", "Wirklich.")
    assert [each.severity.value for each in found] == ["error", "warning"]


def test_the_same_fault_keeps_its_fingerprint_while_other_words_change() -> None:
    [first] = run("in 12 days", "in Tagen")
    [second] = run("in 12 days", "in einigen Tagen")
    [other] = run("in 13 days", "in Tagen")
    assert first.fingerprint == second.fingerprint != other.fingerprint


def test_what_a_segment_keeps_is_json_with_the_place() -> None:
    [finding] = run("a b", "a  b")
    assert finding.to_dict() == {
        "check": "double_space",
        "severity": "warning",
        "params": {},
        "start": 1,
        "end": 3,
    }
