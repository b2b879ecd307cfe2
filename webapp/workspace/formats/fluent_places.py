"""Where a Fluent file has its texts: values, attributes, and variants of choices."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from fluent.syntax import ast

from webapp.workspace.formats.fluent_text import (
    FluentCode,
    fluent_text,
    select_of,
    span_of,
)
from webapp.workspace.formats.plural_units import wanted_forms
from webapp.workspace.formats.plurals import CATEGORIES
from webapp.workspace.formats.text_source import TextSource
from webapp.workspace.formats.unit import PlaceholderStyle, PluralForm, Unit, unit_key


@dataclass(frozen=True, slots=True)
class FluentPlace:
    """A pattern. A variant that the file has not yet goes below `new_below`."""

    unit: Unit
    start: int
    end: int
    codes: tuple[FluentCode, ...]
    new_below: ast.Variant | None = None


@dataclass(slots=True)
class FluentEntry:
    """A message or term: its places, and the plural choices in it by their group."""

    places: list[FluentPlace] = field(default_factory=list)
    choices: dict[str, list[ast.Variant]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FluentReader:
    source: TextSource
    target_language: str

    def entry(self, entry: ast.Message | ast.Term) -> FluentEntry:
        name = f"-{entry.id.name}" if isinstance(entry, ast.Term) else entry.id.name
        note = (entry.comment.content or "") if entry.comment else ""
        into = FluentEntry()
        if entry.value is not None:
            self._pattern(into, entry.value, (name,), note)
        for attribute in entry.attributes:
            path = (name, f".{attribute.id.name}")
            self._pattern(into, attribute.value, path, note)
        return into

    def _pattern(
        self,
        into: FluentEntry,
        pattern: ast.Pattern,
        path: tuple[str, ...],
        note: str,
        form: PluralForm | None = None,
    ) -> None:
        """The pattern's own text, unless it is a choice and nothing else."""
        selects = [one for one in map(select_of, pattern.elements) if one is not None]
        if len(pattern.elements) > len(selects):
            into.places.append(self._place(pattern, path, note, form))
        for number, select in enumerate(selects, start=1):
            self._select(into, select, (*path, str(number)), note)

    def _select(
        self,
        into: FluentEntry,
        select: ast.SelectExpression,
        path: tuple[str, ...],
        note: str,
    ) -> None:
        selector = self.source.text[slice(*span_of(select.selector))]
        forms = {} if '"ordinal"' in selector else _plural_variants(select)
        if not forms:
            for variant in select.variants:
                variant_path = (*path, f"[{variant_name(variant)}]")
                self._pattern(into, variant.value, variant_path, note)
            return
        group = unit_key(*path)
        into.choices[group] = list(forms.values())
        for variant in select.variants:
            name = variant_name(variant)
            if name not in forms:  # a number
                self._pattern(into, variant.value, (*path, f"[{name}]"), note)
        self._forms(into, forms, path, note)

    def _forms(
        self,
        into: FluentEntry,
        forms: dict[str, ast.Variant],
        path: tuple[str, ...],
        note: str,
    ) -> None:
        default = next(one for one in forms.values() if one.default)
        last = max(forms.values(), key=span_of)
        for form in wanted_forms(unit_key(*path), forms, self.target_language):
            variant = forms.get(form.category)
            form_path = (*path, f"[{form.category}]")
            if variant is not None:
                self._pattern(into, variant.value, form_path, note, form)
            else:
                place = self._place(default.value, form_path, note, form, last)
                into.places.append(place)

    def _place(
        self,
        pattern: ast.Pattern,
        path: tuple[str, ...],
        note: str,
        form: PluralForm | None,
        new_below: ast.Variant | None = None,
    ) -> FluentPlace:
        text, codes = fluent_text(self.source.text, pattern)
        start, end = span_of(pattern)
        shown = tuple(code.shown for code in codes)
        unit = Unit(
            key=unit_key(*path),
            source=text,
            context=" ".join(path),
            note=note,
            line=self.source.line_of(start),
            plural=form,
            placeholders=PlaceholderStyle.FLUENT if codes else PlaceholderStyle.NONE,
            codes=shown,
        )
        return FluentPlace(unit, start, end, codes, new_below)


def variant_name(variant: ast.Variant) -> str:
    key = variant.key
    return key.name if isinstance(key, ast.Identifier) else key.value


def variants_to_drop(
    variants: list[ast.Variant], target_language: str
) -> Iterator[ast.Variant]:
    """Forms that the language has not. A choice always keeps its default."""
    names = [variant_name(variant) for variant in variants]
    wanted = {form.category for form in wanted_forms("", names, target_language)}
    for variant in variants:
        if variant_name(variant) not in wanted and not variant.default:
            yield variant


def _plural_variants(select: ast.SelectExpression) -> dict[str, ast.Variant]:
    """By category, if the choice is by number: all that it names are categories or
    numbers, and what it falls back to is a category."""
    forms: dict[str, ast.Variant] = {}
    for variant in select.variants:
        if isinstance(variant.key, ast.Identifier):
            if variant.key.name not in CATEGORIES:
                return {}
            forms[variant.key.name] = variant
    return forms if any(variant.default for variant in forms.values()) else {}
