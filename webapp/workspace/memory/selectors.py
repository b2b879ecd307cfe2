"""What a team remembers, for the page that shows it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from webapp.accounts.models import Team, User
from webapp.accounts.permissions import Action, permission_check
from webapp.workspace.models import MemoryEntry


@dataclass(frozen=True, slots=True)
class MemoryShelf:
    """What came from one document or file in one direction."""

    origin: str
    source_language: str
    target_language: str
    count: int
    last: Any


def memory_shelves(*, person: User, team: Team) -> list[MemoryShelf]:
    permission_check(person=person, team=team, action=Action.READ)
    rows = (
        MemoryEntry.objects.filter(team=team)
        .values_list("origin", "source_language", "target_language")
        .annotate(count=Count("pk"), last=Max("updated_at"))
        .order_by("origin", "source_language", "target_language")
    )
    return [MemoryShelf(*row) for row in rows]


def memory_search(*, person: User, team: Team, text: str) -> QuerySet[MemoryEntry]:
    """Entries that have the text in their source or target, the newest first. None for
    no text: that would be all of them."""
    permission_check(person=person, team=team, action=Action.READ)
    if not text:
        return MemoryEntry.objects.none()
    has_text = Q(source__icontains=text) | Q(target__icontains=text)
    found = MemoryEntry.objects.filter(has_text, team=team)
    return found.select_related("person").order_by("-pk")
