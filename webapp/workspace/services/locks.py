"""Who works on which segment: soft locks that expire, and the next free one.

A lock keeps nobody from saving (versions do that); it tells others to go elsewhere, and
it is what makes "the next free segment" one person's alone.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from webapp.accounts.models import User
from webapp.common.errors import ApplicationError
from webapp.workspace.hints import presence_changed
from webapp.workspace.models import Document, Segment
from webapp.workspace.permissions import Action, project_check
from webapp.workspace.selectors import segment_get

LOCK_SECONDS = 90


class HeldError(ApplicationError):
    """Somebody else works on it."""

    def __init__(self, holder: User) -> None:
        super().__init__(
            _("%(name)s is working on this segment.") % {"name": holder}, code="held"
        )
        self.holder = holder


def segment_lock(
    *, person: User, document: Document, segment_id: int, take: bool = False
) -> Segment:
    """It is the person's for a while, and their others of the document are free.

    Raises HeldError, unless `take`: then it is theirs all the same.
    """
    project_check(person=person, project=document.project, action=Action.TRANSLATE)
    segment = segment_get(document=document, segment_id=segment_id)
    # Not one transaction: who holds a row never waits for another, so that no two who
    # swap segments, and nobody who changes many, wait for each other.
    segment_unlock_all(person=person, document=document, but=segment_id)
    row = document.segments.filter(pk=segment_id)
    if not _take(row if take else row.filter(_free() | Q(lock_holder=person)), person):
        raise HeldError(row.select_related("lock_holder").get().lock_holder or person)
    presence_changed(document.pk)
    return segment


def segment_claim_next(
    *, person: User, document: Document, after: int | None = None
) -> Segment | None:
    """A free segment that is to be done, and from now on this person's alone.

    The first one after segment `after`, then from the beginning. None: none is left.
    """
    project_check(person=person, project=document.project, action=Action.TRANSLATE)
    position = -1
    if after is not None:
        position = segment_get(document=document, segment_id=after).position
    segment_unlock_all(person=person, document=document)
    to_do = document.segments.filter(_free(), state__in=Segment.TO_DO)
    segment = _claim(to_do.filter(position__gt=position), person)
    if segment is None and position >= 0:
        segment = _claim(to_do.filter(position__lte=position), person)
    presence_changed(document.pk)
    return segment


def segment_unlock_all(
    *, person: User, document: Document, but: int | None = None
) -> None:
    """The person holds none of the document any more, or but one."""
    held = document.segments.filter(lock_holder=person)
    if but is not None:
        held = held.exclude(pk=but)
    if held.update(lock_holder=None, lock_taken_at=None, lock_expires_at=None):
        presence_changed(document.pk)


@transaction.atomic
def _claim(rows: QuerySet[Segment], person: User) -> Segment | None:
    """PostgreSQL: rows that somebody else is claiming are passed over. SQLite knows no
    locked rows, and lets one transaction write at a time; the condition of the update
    holds for both."""
    for _attempt in range(3):
        first = rows.order_by("position").select_for_update(
            skip_locked=True, of=("self",)
        )
        segment = first.first()
        if segment is None:
            return None
        if _take(Segment.objects.filter(_free(), pk=segment.pk), person):
            segment.lock_holder = person
            return segment
    return None


def _free() -> Q:
    return Q(lock_holder=None) | Q(lock_expires_at__lt=timezone.now())


def _take(row: QuerySet[Segment], person: User) -> bool:
    """Since when it is theirs is kept while they go on holding it."""
    now = timezone.now()
    values = {
        "lock_holder": person,
        "lock_expires_at": now + timedelta(seconds=LOCK_SECONDS),
    }
    if row.filter(lock_holder=person, lock_expires_at__gte=now).update(**values):
        return True
    return bool(row.update(**values, lock_taken_at=now))
