"""The side list: a person's conversations by day, and those that hold some words."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from webapp.accounts.models import User
from webapp.chat.models import Conversation, Message

MAX_LISTED = 200  # older ones are found by searching
MAX_FOUND = 50
MAX_WORDS = 8
SNIPPET_CHARS = 40  # on each side of the match


@dataclass(frozen=True, slots=True)
class Item:
    pk: UUID
    title: str
    updated_on: date
    snippet: str = ""  # the words around what was searched for


Group = tuple[str, list[Item]]


def conversation_list(*, person: User) -> list[Group]:
    """(label, conversations), the newest day first."""
    newest = _own(person)[:MAX_LISTED]
    return _by_day([_item(conversation) for conversation in newest])


def conversation_search(*, person: User, query: str) -> list[Group]:
    """Those that hold every word, in the title or in any text of either side."""
    words = query.replace("\x00", " ").split()[:MAX_WORDS]
    if not words:
        return conversation_list(person=person)
    found = _own(person)
    for word in words:
        found = found.filter(
            Q(title__icontains=word)
            | Exists(Message.objects.filter(_says(word), conversation=OuterRef("pk")))
        )
    conversations = list(found.annotate(match=_first_match(words[0]))[:MAX_FOUND])
    snippets = _snippets([row.match for row in conversations], words[0])
    items = [_item(row, snippets.get(row.match, "")) for row in conversations]
    return [(_("Found"), items)] if items else []


def _own(person: User) -> QuerySet[Conversation]:
    return Conversation.objects.filter(owner=person, deleted_at=None).only(
        "title", "updated_at"
    )


def _says(word: str) -> Q:
    return (
        Q(text__icontains=word)
        | Q(generation__prefix__icontains=word)
        | Q(generation__output__icontains=word)
    )


def _item(conversation: Conversation, snippet: str = "") -> Item:
    updated_on = timezone.localtime(conversation.updated_at).date()
    return Item(conversation.pk, conversation.title, updated_on, snippet)


def _first_match(word: str) -> Subquery:
    """The first message of a conversation that says it."""
    messages = Message.objects.filter(_says(word), conversation=OuterRef("pk"))
    return Subquery(messages.order_by("created_at", "pk").values("pk")[:1])


def _snippets(ids: Sequence[UUID | None], word: str) -> dict[UUID | None, str]:
    messages = (
        Message.objects.filter(pk__in=filter(None, ids))
        .select_related("generation")
        .only("text", "generation__prefix", "generation__output")
    )
    return {message.pk: snippet_around(message.body, word) for message in messages}


def snippet_around(text: str, word: str) -> str:
    """One line with the first match and a little of what stands around it.

    >>> snippet_around("The capital of France is Paris.", "france")
    'The capital of France is Paris.'
    """
    at = max(text.lower().find(word.lower()), 0)
    begin, end = max(at - SNIPPET_CHARS, 0), at + len(word) + SNIPPET_CHARS
    line = " ".join(text[begin:end].split())
    return f"{'…' if begin else ''}{line}{'…' if end < len(text) else ''}"


def _by_day(items: list[Item]) -> list[Group]:
    today = timezone.localdate()
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        groups[_label(item.updated_on, today)].append(item)
    return list(groups.items())


def _label(day: date, today: date) -> str:
    if day >= today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    if day > today - timedelta(days=7):
        return _("Previous 7 days")
    return date_format(day, "YEAR_MONTH_FORMAT")
