"""The plural forms of languages: CLDR's categories and gettext's expressions.

Categories are those that whole numbers take. What CLDR keeps for millions alone
("many" of French, Spanish, Italian, Portuguese) is left out: every format falls back
to "other".
"""

import gettext
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from webapp.workspace.formats.languages import language_base, language_tag

CATEGORIES = ("zero", "one", "two", "few", "many", "other")
_SAMPLE = 201  # numbers tried for examples: the rules look at two digits
_NUM_EXAMPLES = 4
_MAX_EXPRESSION_CHARS = 1_000  # the longest real one has about 200


@dataclass(frozen=True, slots=True)
class PluralRule:
    """`expression` numbers the forms as gettext does. Categories may have an "other"
    more, which no whole number takes and which CLDR's formats nevertheless require."""

    categories: tuple[str, ...]
    expression: str

    @property
    def num_forms(self) -> int:
        """In gettext's way of counting."""
        return 1 + max(map(_compiled(self.expression), range(_SAMPLE)))

    @property
    def header(self) -> str:
        """The value of gettext's Plural-Forms."""
        return f"nplurals={self.num_forms}; plural={self.expression};"


_SLAVIC = (
    "n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2"
)
_ONE = PluralRule(("other",), "0")
_TWO = PluralRule(("one", "other"), "(n != 1)")
_TWO_ZERO = PluralRule(("one", "other"), "(n > 1)")  # nought counts as one
_THREE = ("one", "few", "other")
_FOUR = ("one", "few", "many", "other")

_RULES: dict[str, PluralRule] = {
    "bo dz id ig ii ja jbo jv km ko lo ms my su th to tpi vi wo yo zh": _ONE,
    "ak am as bn fa ff fr gu guw hi hy kab kn ln mg nso pa si ti wa zu": _TWO_ZERO,
    "pt-BR": _TWO_ZERO,
    "be ru uk": PluralRule(_FOUR, _SLAVIC),
    "bs hr sh sr": PluralRule(_THREE, _SLAVIC),
    "pl": PluralRule(
        _FOUR,
        "n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2",
    ),
    "cs sk": PluralRule(_THREE, "n==1 ? 0 : n>=2 && n<=4 ? 1 : 2"),
    "lt": PluralRule(
        _THREE,
        "n%10==1 && (n%100<11 || n%100>19) ? 0 :"
        " n%10>=2 && n%10<=9 && (n%100<11 || n%100>19) ? 1 : 2",
    ),
    "lv": PluralRule(
        ("zero", "one", "other"),
        "n%10==0 || n%100>=11 && n%100<=19 ? 0 : n%10==1 && n%100!=11 ? 1 : 2",
    ),
    "mo ro": PluralRule(_THREE, "n==1 ? 0 : n==0 || n%100>0 && n%100<20 ? 1 : 2"),
    "sl": PluralRule(
        ("one", "two", "few", "other"),
        "n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3",
    ),
    "dsb hsb": PluralRule(
        ("one", "two", "few", "other"),
        "n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3",
    ),
    "he iw": PluralRule(("one", "two", "other"), "n==1 ? 0 : n==2 ? 1 : 2"),
    "is mk": PluralRule(("one", "other"), "n%10!=1 || n%100==11"),
    "fil tl": PluralRule(
        ("one", "other"),
        "n!=1 && n!=2 && n!=3 && (n%10==4 || n%10==6 || n%10==9)",
    ),
    "ar": PluralRule(
        CATEGORIES,
        "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 :"
        " n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5",
    ),
    "cy": PluralRule(
        CATEGORIES, "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n==3 ? 3 : n==6 ? 4 : 5"
    ),
    "ga": PluralRule(
        CATEGORIES[1:],
        "n==1 ? 0 : n==2 ? 1 : n>=3 && n<=6 ? 2 : n>=7 && n<=10 ? 3 : 4",
    ),
    "gd": PluralRule(
        ("one", "two", "few", "other"),
        "n==1 || n==11 ? 0 : n==2 || n==12 ? 1 :"
        " n>=3 && n<=10 || n>=13 && n<=19 ? 2 : 3",
    ),
    "mt": PluralRule(
        CATEGORIES[1:],
        "n==1 ? 0 : n==2 ? 1 : n==0 || n%100>=3 && n%100<=10 ? 2 :"
        " n%100>=11 && n%100<=19 ? 3 : 4",
    ),
}
_BY_LANGUAGE = {name: rule for names, rule in _RULES.items() for name in names.split()}


def plural_rule(language: str) -> PluralRule:
    """The language's own; one and other where we know no better."""
    tag = language_tag(language)
    return _BY_LANGUAGE.get(tag) or _BY_LANGUAGE.get(language_base(tag), _TWO)


def plural_categories(language: str) -> tuple[str, ...]:
    """What a message in a CLDR format (Android, iOS, i18next, Fluent) has to have."""
    return plural_rule(language).categories


@lru_cache(maxsize=256)
def plural_examples(expression: str, num_forms: int) -> tuple[tuple[int, ...], ...]:
    """For each form the first few numbers that take it.

    >>> plural_examples("n != 1", 2)
    ((1,), (0, 2, 3, 4))
    """
    form_of = _compiled(expression)
    examples: list[list[int]] = [[] for _ in range(num_forms)]
    for number in range(_SAMPLE):
        form = form_of(number)
        if 0 <= form < num_forms and len(examples[form]) < _NUM_EXAMPLES:
            examples[form].append(number)
    return tuple(tuple(numbers) for numbers in examples)


def category_examples(language: str) -> dict[str, tuple[int, ...]]:
    """For each category of the language the first few numbers that take it."""
    rule = plural_rule(language)
    numbers = plural_examples(rule.expression, rule.num_forms)
    found = dict(zip(rule.categories, numbers, strict=False))
    return {category: found.get(category, ()) for category in rule.categories}


def expression_is_sound(expression: str, num_forms: int) -> bool:
    """It can be computed, and numbers no form that there is not."""
    if len(expression) > _MAX_EXPRESSION_CHARS:
        return False
    try:
        forms = set(map(_compiled(expression), range(_SAMPLE)))
    except (ValueError, ZeroDivisionError, RecursionError, OverflowError):
        return False
    return all(0 <= form < num_forms for form in forms)


@lru_cache(maxsize=256)
def _compiled(expression: str) -> Callable[[int], int]:
    """Python's own gettext translates C to Python, and lets nothing else through."""
    function = gettext.c2py(expression)
    return lambda number: int(function(number))
