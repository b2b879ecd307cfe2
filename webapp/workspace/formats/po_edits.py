"""The changes that translations make to the entries of a gettext catalogue."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from webapp.workspace.formats.po_header import PoHeader
from webapp.workspace.formats.po_scan import PoEntry, PoField
from webapp.workspace.formats.po_text import LINE_WIDTH, po_quote
from webapp.workspace.formats.po_units import po_units
from webapp.workspace.formats.text_source import Edit, TextSource
from webapp.workspace.formats.unit import Translation, UnitState


@dataclass(frozen=True)
class PoEditor:
    source: TextSource
    header: PoHeader

    def entry_edits(
        self, entry: PoEntry, wanted: Mapping[str, Translation]
    ) -> Iterator[Edit]:
        units = po_units(self.source, entry, self.header)
        changed = {
            index: wanted[unit.key].text
            for index, unit in enumerate(units)
            if unit.key in wanted
        }
        if entry.is_plural and (changed or not self.header.states_plurals):
            yield from self._form_edits(entry, changed)
        if not changed:
            return
        for index, one in enumerate(entry.msgstrs):
            if index in changed and changed[index] != one.text:
                yield Edit(one.value_start, one.end, self._quoted(one, changed[index]))
        states = (wanted.get(unit.key, unit).state for unit in units)
        yield from self.fuzzy_edits(entry, is_fuzzy=UnitState.FUZZY in states)

    def fuzzy_edits(self, entry: PoEntry, *, is_fuzzy: bool) -> Iterator[Edit]:
        """The flag set or taken out. What the text was before (`#|`) goes with it."""
        if is_fuzzy == ("fuzzy" in entry.flags):
            return
        flag_lines = [one for one in entry.comments if one.kind == ","]
        if not is_fuzzy:
            yield from self._flag_removal(entry)
        elif flag_lines:
            place = self.source.text.index(",", flag_lines[0].start) + 1
            yield Edit(place, place, " fuzzy,")
        else:
            place = self.source.text.rfind("\n", 0, entry.fields[0].start) + 1
            yield Edit(place, place, f"#, fuzzy{self.source.newline}")

    def _flag_removal(self, entry: PoEntry) -> Iterator[Edit]:
        for one in entry.comments:
            if one.kind == "|":
                yield Edit(one.start, one.end, "")
            flags = [flag.strip() for flag in one.text.split(",")]
            if one.kind == "," and "fuzzy" in flags:
                others = ", ".join(flag for flag in flags if flag not in ("fuzzy", ""))
                line = f"#, {others}{self.source.newline}" if others else ""
                yield Edit(one.start, one.end, line)

    def _form_edits(self, entry: PoEntry, changed: Mapping[int, str]) -> Iterator[Edit]:
        """As many forms as the language has: what is missing is added, and forms of
        another language are taken out."""
        present, num_forms = entry.msgstrs, self.header.num_forms
        if len(present) > num_forms:
            yield Edit(present[num_forms - 1].end, present[-1].end, "")
        end = present[-1].end
        for index in range(len(present), num_forms):
            one = PoField("msgstr", index, end, end, end)
            line = f"{one.label} {self._quoted(one, changed.get(index, ''))}"
            yield Edit(end, end, self.source.newline + line)

    def _quoted(self, one: PoField, text: str) -> str:
        return po_quote(
            text,
            newline=self.source.newline,
            prefix_width=len(one.label) + 1,
            wraps=self._wraps,
        )

    @cached_property
    def _wraps(self) -> bool:
        """Whether this file's long lines are wrapped, as gettext does by itself."""
        lines = self.source.text.split("\n")
        return not any(
            len(line) > LINE_WIDTH and " " in line and line[0] in 'm"' for line in lines
        )
