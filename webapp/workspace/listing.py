"""Which segments a page lists, and in what order."""

from collections.abc import Callable, Sequence

from django.db.models import F, Q
from django.utils.translation import gettext as _

from webapp.accounts.models import User
from webapp.common.errors import ApplicationError
from webapp.workspace.models import Document, Segment

State = Segment.State
MAX_QUERY_CHARS = 200

Filter = Callable[[User, Document], Q]


def segment_index(
    *,
    person: User,
    document: Document,
    filter: str = "all",
    sort: str = "position",
    query: str = "",
) -> Sequence[int]:
    """Ids in order. Raises ApplicationError for a filter or an order there is not."""
    wanted = FILTERS.get(filter or "all")
    order = SORTS.get(sort or "position")
    if wanted is None or order is None:
        raise ApplicationError(_("There is no such filter."), code="filter")
    rows = document.segments.filter(wanted(person, document))
    if query := query.strip()[:MAX_QUERY_CHARS]:
        rows = rows.filter(Q(source__icontains=query) | Q(target__icontains=query))
    return list(rows.order_by(*order).values_list("pk", flat=True).distinct())


def _to_review(person: User, document: Document) -> Q:
    """A reviewer's queue: not their own work, unless they may approve it."""
    edited = Q(state=State.EDITED)
    if document.project.may_approve_own:
        return edited
    return edited & (Q(edited_by=None) | ~Q(edited_by=person))


FILTERS: dict[str, Filter] = {
    "all": lambda _person, _document: Q(),
    "empty": lambda _person, _document: Q(state=State.EMPTY),
    "machine": lambda _person, _document: Q(state=State.PRETRANSLATED),
    "edited": lambda _person, _document: Q(state=State.EDITED),
    "unfinished": lambda _person, _document: Q(state__in=Segment.TO_DO),
    "review": _to_review,
    "reviewed": lambda _person, _document: Q(state=State.REVIEWED),
    "rejected": lambda _person, _document: Q(state=State.REJECTED),
    "failed": lambda _person, _document: Q(machine=Segment.Machine.FAILED),
    "checks": lambda _person, _document: ~Q(checks=[]),
    "errors": lambda _person, _document: Q(has_errors=True),
    "comments": lambda _person, _document: Q(
        comments__isnull=False, comments__resolved_at=None
    ),
    "mine": lambda person, _document: Q(edited_by=person),
}
SORTS = {
    "position": ("position",),
    # What a model was least sure of first; what it said nothing of, last.
    "confidence": (F("confidence").asc(nulls_last=True), "position"),
}
