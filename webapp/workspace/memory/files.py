"""A team's memory from TMX files, and to them."""

from collections.abc import Iterator
from dataclasses import dataclass

from webapp.accounts.models import Team, User
from webapp.accounts.permissions import Action, permission_check
from webapp.workspace.file_words import FileError
from webapp.workspace.formats.exchange.broken import BrokenEntries
from webapp.workspace.formats.exchange.entries import TmxUnit
from webapp.workspace.formats.exchange.tmx_writer import tmx_write
from webapp.workspace.formats.guarded import guarded_tmx
from webapp.workspace.formats.problem import FormatError
from webapp.workspace.memory.services import memory_import
from webapp.workspace.models import MemoryEntry

_CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class MemoryImported:
    """`added` were new; `broken` tells which entries could not be taken."""

    added: int
    broken: BrokenEntries


def memory_import_file(
    *,
    person: User,
    team: Team,
    name: str,
    content: bytes,
    source_language: str,
    target_language: str,
) -> MemoryImported:
    """All good entries of a TMX file, or none. Raises FileError in words."""
    permission_check(person=person, team=team, action=Action.REVIEW)
    try:
        file = guarded_tmx(
            content, source_language=source_language, target_language=target_language
        )
    except FormatError as error:
        raise FileError.of(error) from error
    added = memory_import(
        person=person,
        team=team,
        source_language=source_language,
        target_language=target_language,
        pairs=((unit.source, unit.target) for unit in file.units),
        origin=name,
    )
    return MemoryImported(added, file.broken)


def memory_export(*, person: User, team: Team) -> Iterator[bytes]:
    """A TMX file of all that the team remembers, in pieces."""
    permission_check(person=person, team=team, action=Action.READ)
    return tmx_write(_units(team), source_language="")


def _units(team: Team) -> Iterator[TmxUnit]:
    entries = MemoryEntry.objects.filter(team=team).select_related("person")
    for entry in entries.order_by("pk").iterator(_CHUNK):
        yield TmxUnit(
            source=entry.source,
            target=entry.target,
            source_language=entry.source_language,
            target_language=entry.target_language,
            created_at=entry.created_at,
            author=str(entry.person) if entry.person else "",
        )
