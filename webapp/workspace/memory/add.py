"""Write entries, with the keys by which they are found."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import connection, transaction
from django.utils import timezone

from webapp.accounts.models import Team, User
from webapp.workspace.memory.keys import Keys, memory_salt
from webapp.workspace.models import MemoryEntry, MemoryKey, Project

BATCH = 1_000
_TABLE = connection.ops.quote_name(MemoryKey._meta.db_table)
_INSERT = (
    f"INSERT INTO {_TABLE} (key, length, entry_id)"  # noqa: S608  # our own name
    " VALUES (%s, %s, %s)"
)


@dataclass(frozen=True, slots=True)
class Remembered:
    """One pair of texts that is to be remembered."""

    source: str
    target: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where pairs are put: whose, in which languages, and where they came from."""

    team: Team
    source_language: str
    target_language: str
    project: Project | None = None
    person: User | None = None
    origin: str = ""

    @property
    def salt(self) -> bytes:
        return memory_salt(self.team.pk, self.source_language, self.target_language)


@transaction.atomic
def entries_add(shelf: Shelf, pairs: Iterable[Remembered]) -> int:
    """All or none. How many were new: a pair that is known is not kept twice, and one
    that had another target in the same place now has this one."""
    rest = iter(pairs)
    added = 0
    while batch := list(islice(rest, BATCH)):
        added += _batch_add(shelf, batch)
    return added


@transaction.atomic
def entries_take_back(
    shelf: Shelf, pairs: Sequence[Remembered], *, since: datetime
) -> int:
    """Of these pairs, those that the shelf's person put there since then, and that say
    the same still. How many that were."""
    count = 0
    for start in range(0, len(pairs), BATCH):
        batch = pairs[start : start + BATCH]
        wanted = {_identity(entry): entry.target for entry, _ in _entries(shelf, batch)}
        known = MemoryEntry.objects.filter(
            team=shelf.team,
            exact_key__in={identity[0] for identity in wanted},
            person=shelf.person,
            origin=shelf.origin,
            updated_at__gte=since,
        )
        ids = [
            entry.pk for entry in known if wanted.get(_identity(entry)) == entry.target
        ]
        entries_delete(ids)
        count += len(ids)
    return count


def entries_delete(ids: Sequence[int]) -> None:
    """At most BATCH. The keys first: a cascade would read them all before."""
    MemoryKey.objects.filter(entry_id__in=ids).delete()
    MemoryEntry.objects.filter(pk__in=ids).delete()


def _batch_add(shelf: Shelf, batch: Sequence[Remembered]) -> int:
    wanted = {_identity(entry): (entry, keys) for entry, keys in _entries(shelf, batch)}
    known = MemoryEntry.objects.filter(
        team=shelf.team, exact_key__in={entry.exact_key for entry, _ in wanted.values()}
    )
    changed = []
    for entry in known:
        wish, _ = wanted.pop(_identity(entry), (entry, None))
        if wish.target != entry.target:
            entry.target, entry.person = wish.target, wish.person
            entry.origin, entry.updated_at = wish.origin, timezone.now()
            changed.append(entry)
    columns = ["target", "person", "origin", "updated_at"]
    MemoryEntry.objects.bulk_update(changed, columns)
    created = MemoryEntry.objects.bulk_create([entry for entry, _ in wanted.values()])
    all_keys = [keys for _, keys in wanted.values()]
    _keys_add(list(zip(created, all_keys, strict=True)))
    return len(created)


def _identity(entry: MemoryEntry) -> tuple[object, ...]:
    """Of a file, which knows of no neighbours, each translation is an entry."""
    alone = entry.target if entry.context_key is None else ""
    return entry.exact_key, entry.source, entry.context_key, alone


def _entries(
    shelf: Shelf, batch: Iterable[Remembered]
) -> Iterator[tuple[MemoryEntry, Keys]]:
    salt = shelf.salt
    for pair in batch:
        keys = Keys(salt, pair.source)
        target = pair.target.strip()
        if keys.source and target:
            entry = MemoryEntry(
                team=shelf.team,
                project=shelf.project,
                source_language=shelf.source_language,
                target_language=shelf.target_language,
                source=keys.source,
                target=target,
                exact_key=keys.exact,
                normal_key=keys.normalised,
                context_key=keys.context(pair.before, pair.after),
                person=shelf.person,
                origin=shelf.origin,
            )
            yield entry, keys


def _keys_add(entries: Sequence[tuple[MemoryEntry, Keys]]) -> None:
    """Eight rows an entry: plain SQL takes a fifth of the time of as many models. In
    the order of the index, which is then written from front to back."""
    rows = [
        (key, keys.length, entry.pk) for entry, keys in entries for key in keys.features
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, sorted(rows))
