"""The forms of plurals, for checks that compare them: read once for many segments."""

from collections.abc import Iterable

from webapp.workspace.models import Document, Segment


class PluralForms:
    """Their targets as they stand in one turn, which writes them all at its end."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._targets: dict[str, dict[int, str]] = {}

    def read(self, segments: Iterable[Segment]) -> None:
        """Those of all groups that these segments are of: one query, or none."""
        groups = {each.plural_group for each in segments} - {"", *self._targets}
        if not groups:
            return
        # The plural stands in an index; a group's name would be too long for one.
        plurals = self._document.segments.filter(plural__gt="")
        forms = plurals.filter(plural_group__in=groups)
        columns = forms.order_by("position").values_list("plural_group", "pk", "target")
        for group, pk, target in columns:
            self._targets.setdefault(group, {})[pk] = target

    def beside(self, segment: Segment) -> list[str]:
        """The others of its plural."""
        forms = self._targets.get(segment.plural_group, {})
        return [target for pk, target in forms.items() if pk != segment.pk]

    def take(self, segment: Segment) -> None:
        """It has another text now."""
        if segment.plural_group:
            self._targets.setdefault(segment.plural_group, {})[segment.pk] = (
                segment.target
            )
