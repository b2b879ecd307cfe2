"""What is remembered and forgotten, and who may."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from webapp.accounts.models import Team, User
from webapp.accounts.permissions import Action, permission_check
from webapp.common.errors import NotFoundError
from webapp.workspace.memory.add import (
    Remembered,
    Shelf,
    entries_add,
    entries_delete,
)
from webapp.workspace.models import MemoryEntry

MAX_ORIGIN_CHARS = 200
_DELETED_AT_ONCE = 900  # SQLite takes a thousand values in a statement


@transaction.atomic
def memory_import(
    *,
    person: User,
    team: Team,
    source_language: str,
    target_language: str,
    pairs: Iterable[tuple[str, str]],
    origin: str = "",
) -> int:
    """Pairs of a file, all or none; how many were new. A reviewer's to do."""
    permission_check(person=person, team=team, action=Action.REVIEW)
    shelf = Shelf(
        team=team,
        source_language=source_language,
        target_language=target_language,
        person=person,
        origin=origin[:MAX_ORIGIN_CHARS],
    )
    return entries_add(shelf, (Remembered(*pair) for pair in pairs))


@transaction.atomic
def memory_delete(*, person: User, entry_id: int) -> None:
    """By a reviewer, or by who wrote it."""
    entry = _entry_get(person, entry_id)
    action = Action.WRITE if entry.person_id == person.pk else Action.REVIEW
    permission_check(person=person, team=entry.team, action=action)
    entry.delete()


@transaction.atomic
def memory_delete_origin(
    *,
    person: User,
    team: Team,
    origin: str,
    source_language: str,
    target_language: str,
) -> int:
    """All that came from one file or document; how many entries that were."""
    permission_check(person=person, team=team, action=Action.REVIEW)
    entries = MemoryEntry.objects.filter(
        team=team,
        origin=origin,
        source_language=source_language,
        target_language=target_language,
    )
    count = 0
    while ids := list(entries.values_list("pk", flat=True)[:_DELETED_AT_ONCE]):
        entries_delete(ids)
        count += len(ids)
    return count


def _entry_get(person: User, entry_id: int) -> MemoryEntry:
    """Of one of the person's teams; another's is the same as none."""
    own = MemoryEntry.objects.filter(team__memberships__user=person, pk=entry_id)
    entry = own.select_related("team").first()
    if entry is None:
        raise NotFoundError(_("There is no such entry in the memory."))
    return entry
