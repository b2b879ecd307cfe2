"""What a check found, in a sentence, in the active language."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

Params = Mapping[str, Any]


def check_message(check: str, params: Params) -> str:
    """Of a finding, or of what a segment keeps of one."""
    return _SENTENCES[check](params)


def _end_sign(params: Params) -> str:
    expected, found = _sign(params["expected"]), _sign(params["found"])
    if not params["expected"]:
        return _("Ends with %(found)s, the source does not.") % {"found": found}
    if not params["found"]:
        return _("The source ends with %(expected)s.") % {"expected": expected}
    return _("Ends with %(found)s, the source with %(expected)s.") % {
        "found": found,
        "expected": expected,
    }


def _sign(name: str) -> str:
    return _SIGNS[name]() if name else ""


def _begin_sign(params: Params) -> str:
    if params["expected"]:
        return _("The source begins with “%(expected)s”.") % params
    return _("Begins with “%(found)s”, the source does not.") % params


def _numbers(params: Params) -> str:
    missing, added = _list(params["missing"]), _list(params["added"])
    if not added:
        return _("Numbers missing: %(numbers)s.") % {"numbers": missing}
    if not missing:
        return _("Numbers that the source does not have: %(numbers)s.") % {
            "numbers": added
        }
    return _("The source has the numbers %(missing)s, here are %(added)s.") % {
        "missing": missing,
        "added": added,
    }


def _names(sentence: str, params: Params) -> str:
    return sentence % {"name": params["name"], "names": _list(params["names"])}


def _list(words: list[str]) -> str:
    return pgettext("between the words of a list", ", ").join(words)


def _term_missed(params: Params) -> str:
    return _("Term “%(term)s”: expected “%(targets)s”.") % {
        "term": params["term"],
        "targets": pgettext("between alternatives", "” or “").join(params["targets"]),
    }


def _inconsistent(params: Params) -> str:
    sentence = ngettext(
        "The same source is translated otherwise elsewhere: “%(other)s”.",
        "The same source is translated otherwise in %(count)s places: “%(other)s”.",
        params["count"],
    )
    return sentence % params


_SIGNS: dict[str, Callable[[], str]] = {
    "stop": lambda: pgettext("sign", "a full stop"),
    "colon": lambda: pgettext("sign", "a colon"),
    "question": lambda: pgettext("sign", "a question mark"),
    "exclamation": lambda: pgettext("sign", "an exclamation mark"),
    "interrobang": lambda: pgettext("sign", "“?!”"),
    "ellipsis": lambda: pgettext("sign", "an ellipsis"),
    "semicolon": lambda: pgettext("sign", "a semicolon"),
}

_SCRIPTS: dict[str, Callable[[], str]] = {
    "Latin": lambda: pgettext("script", "Latin"),
    "Greek": lambda: pgettext("script", "Greek"),
    "Cyrillic": lambda: pgettext("script", "Cyrillic"),
    "Hebrew": lambda: pgettext("script", "Hebrew"),
    "Arabic": lambda: pgettext("script", "Arabic"),
    "Devanagari": lambda: pgettext("script", "Devanagari"),
    "Thai": lambda: pgettext("script", "Thai"),
    "Korean": lambda: pgettext("script", "Korean"),
    "Japanese": lambda: pgettext("script", "Japanese"),
    "Chinese": lambda: pgettext("script", "Chinese"),
}

_PROBLEMS: dict[str, Callable[[], str]] = {
    "close": lambda: _("The message is broken: a “{” is never closed."),
    "open": lambda: _("The message is broken: a “}” closes nothing."),
    "name": lambda: _("The message is broken: a name is missing after “{”."),
    "selector": lambda: _("The message is broken: a branch is missing or unfinished."),
    "other": lambda: _("The message is broken: it needs a branch “other”."),
    "deep": lambda: _("The message is broken: its branches are nested too deep."),
}

_SENTENCES: dict[str, Callable[[Params], str]] = {
    "placeholder_missing": lambda p: _("“%(text)s” is missing.") % p,
    "placeholder_added": lambda p: _("“%(text)s” is not in the source.") % p,
    "url_missing": lambda p: _("The address %(text)s is missing.") % p,
    "url_added": lambda p: _("The address %(text)s is not in the source.") % p,
    "tag_missing": lambda p: _("The tag “%(text)s” is missing.") % p,
    "tag_added": lambda p: _("The tag “%(text)s” is not in the source.") % p,
    "tag_changed": lambda p: _("The tag “%(text)s” differs from the source’s.") % p,
    "tag_broken": lambda p: _("The tag “%(text)s” is not well nested.") % p,
    "bare_ampersand": lambda p: _("A bare “&”: the source writes “&amp;”."),
    "icu_syntax": lambda p: _PROBLEMS[p["problem"]](),
    "icu_argument_missing": lambda p: _("The argument “%(name)s” is missing.") % p,
    "icu_argument_added": lambda p: (
        _("The argument “%(name)s” is not in the source.") % p
    ),
    "icu_argument_changed": lambda p: (
        _("The argument “%(name)s” is of another kind in the source.") % p
    ),
    "icu_choices": lambda p: _names(
        _("“%(name)s” has other branches than in the source: %(names)s."), p
    ),
    "icu_plurals": lambda p: _names(
        _("“%(name)s” lacks plural forms of this language: %(names)s."), p
    ),
    "plural_missing": lambda p: _("Other forms of this plural are still empty."),
    "plural_same": lambda p: _("All forms of this plural are the same."),
    "max_length": lambda p: (
        _("Too long: %(length)s characters, at most %(limit)s fit.") % p
    ),
    "too_short": lambda p: _("Much shorter than the source: is something missing?"),
    "too_long": lambda p: _("Much longer than the source: is something said twice?"),
    "begin_newline": lambda p: _(
        "Source and translation do not both begin a new line."
    ),
    "end_newline": lambda p: _("Source and translation do not both end their line."),
    "begin_space": lambda p: _("Begins with other white space than the source."),
    "end_space": lambda p: _("Ends with other white space than the source."),
    "double_space": lambda p: _("Several spaces in a row."),
    "newlines": lambda p: (
        _("The source has %(expected)s line breaks, here are %(found)s.") % p
    ),
    "escapes": lambda p: (
        _("The source has “%(text)s” %(expected)s times, here it is %(found)s times.")
        % p
    ),
    "control": lambda p: _("A character that is no text: %(text)s.") % p,
    "unseen": lambda p: _("A character that nobody sees: %(text)s.") % p,
    "kashida": lambda p: _("Letters are drawn long with a kashida."),
    "script_missing": lambda p: (
        _("Nothing is written in %(script)s letters.")
        % {"script": _SCRIPTS[p["script"]]()}
    ),
    "script_strange": lambda p: (
        _("%(script)s letters, which the source does not have.")
        % {"script": _SCRIPTS[p["script"]]()}
    ),
    "lookalike": lambda p: _("“%(text)s”: letters of two scripts in one word.") % p,
    "end_sign": _end_sign,
    "begin_sign": _begin_sign,
    "ellipsis": lambda p: _("The source writes an ellipsis as one sign: “…”."),
    "wide_sign": lambda p: (
        _("“%(text)s” is a half-width sign; the full-width one belongs here.") % p
    ),
    "spanish_sign": lambda p: _("“%(text)s” is missing at the beginning.") % p,
    "arabic_sign": lambda p: (
        _("“%(text)s” has a form of its own in this language.") % p
    ),
    "french_space": lambda p: _("A space is missing before “%(text)s”.") % p,
    "brackets": lambda p: _("The bracket “%(text)s” has no other half.") % p,
    "quotes": lambda p: _("A quotation mark has no other half."),
    "numbers": _numbers,
    "unchanged": lambda p: _("The same as the source."),
    "doubled_word": lambda p: _("“%(text)s” stands here twice.") % p,
    "two_capitals": lambda p: _("“%(text)s” begins with two capitals.") % p,
    "markdown": lambda p: (
        _(
            "Line %(line)s begins otherwise than in the source: “%(expected)s” there,"
            " “%(found)s” here."
        )
        % p
    ),
    "term_forbidden": lambda p: (
        _("“%(text)s” must not be used for the term “%(term)s”.") % p
    ),
    "term_missed": _term_missed,
    "inconsistent": _inconsistent,
}
CHECK_NAMES = frozenset(_SENTENCES)
