"""ICU messages: syntax, arguments, and the branches that the language needs."""

from collections.abc import Iterator

from webapp.workspace.checks.finding import Finding, error, warning
from webapp.workspace.checks.pair import Pair
from webapp.workspace.formats.plurals import plural_categories
from webapp.workspace.placeholders.icu import (
    IcuArgument,
    IcuError,
    IcuMessage,
    icu_parse,
)

PLURALS = ("plural", "selectordinal")


def icu_check(pair: Pair) -> Iterator[Finding]:
    if not pair.is_icu:
        return
    try:
        expected = icu_parse(pair.source)
    except IcuError:
        return  # nobody can do better than the source
    try:
        found = icu_parse(pair.target)
    except IcuError as problem:
        place = min(problem.position, len(pair.target) - 1)
        yield error("icu_syntax", (place, place + 1), problem=problem.problem)
        return
    yield from _arguments(expected, found)
    yield from _branches(pair, expected, found)


def _arguments(expected: IcuMessage, found: IcuMessage) -> Iterator[Finding]:
    there, here = _kinds(expected), _kinds(found)
    for name in there:
        if name not in here:
            yield error("icu_argument_missing", name=name)
    for argument in found.arguments:
        if argument.name not in there:
            yield error("icu_argument_added", argument.span, name=argument.name)
        elif argument.kind and argument.kind not in there[argument.name]:
            yield error("icu_argument_changed", argument.span, name=argument.name)


def _kinds(message: IcuMessage) -> dict[str, set[str]]:
    kinds: dict[str, set[str]] = {}
    for argument in message.arguments:
        kinds.setdefault(argument.name, set()).add(argument.kind)
    return kinds


def _branches(pair: Pair, expected: IcuMessage, found: IcuMessage) -> Iterator[Finding]:
    choices = {a.name: a.selectors for a in expected.arguments if a.kind == "select"}
    for argument in found.arguments:
        if argument.kind == "plural":
            yield from _plural(pair, argument)
        elif argument.kind == "select" and argument.name in choices:
            wanted = set(choices[argument.name])
            if wanted != set(argument.selectors):
                differing = sorted(wanted ^ set(argument.selectors))
                yield error(
                    "icu_choices", argument.span, name=argument.name, names=differing
                )


def _plural(pair: Pair, argument: IcuArgument) -> Iterator[Finding]:
    wanted = plural_categories(pair.target_language)
    missing = [name for name in wanted if name not in argument.selectors]
    if missing:
        yield warning("icu_plurals", argument.span, name=argument.name, names=missing)
