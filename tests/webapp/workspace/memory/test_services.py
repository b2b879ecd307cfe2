"""What is remembered and forgotten, and who may."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.webapp.workspace.memory.factories import (
    ProjectFactory,
    found,
    remember,
)
from webapp.accounts.models import Team, User
from webapp.accounts.permissions import ForbiddenError
from webapp.common.errors import NotFoundError
from webapp.workspace.memory import (
    memory_delete,
    memory_delete_origin,
    memory_import,
)
from webapp.workspace.memory.add import Remembered
from webapp.workspace.memory.lookup import memory_elsewhere
from webapp.workspace.models import MemoryEntry, MemoryKey, Project

PAIRS = [("Open", "Öffnen"), ("Close", "Schließen")]


@pytest.fixture
def project(team: Team) -> Project:
    return ProjectFactory.create(team=team)


def imported(person: User, team: Team) -> int:
    return memory_import(
        person=person,
        team=team,
        source_language="en",
        target_language="de",
        pairs=PAIRS,
        origin="old.tmx",
    )


def test_the_same_source_in_the_same_place_is_replaced(
    project: Project, alice: User
) -> None:
    remember(project, Remembered("Open", "Auf", before="File"))
    remember(project, Remembered("Open", "Öffnen", before="File"))
    assert found(project, "Open") == [(100, "Öffnen")]
    assert MemoryEntry.objects.count() == 1


def test_an_empty_translation_is_nothing_to_remember(project: Project) -> None:
    remember(project, ("Open", " "), (" ", "Öffnen"))
    assert not MemoryEntry.objects.exists()


def test_another_translation_of_the_same_source_is_known_but_not_its_own(
    project: Project, team: Team
) -> None:
    remember(
        project,
        Remembered("Open", "Öffnen", before="File"),
        Remembered("Open", "Auf", before="Door"),
    )
    remember(ProjectFactory.create(team=team), ("Open", "Offen"))
    elsewhere = memory_elsewhere(
        project=project, target_language="de", source="Open", before="Door"
    )
    assert elsewhere == ["Öffnen"]


def test_a_file_is_imported_once(project: Project, team: Team, alice: User) -> None:
    assert imported(alice, team) == 2
    assert imported(alice, team) == 0
    assert found(project, "Open") == [(100, "Öffnen")]


def test_a_file_that_breaks_off_leaves_nothing(team: Team, alice: User) -> None:
    def pairs() -> Iterator[tuple[str, str]]:
        yield from PAIRS * 600
        raise ValueError("broken line")

    with pytest.raises(ValueError, match="broken line"):
        memory_import(
            person=alice,
            team=team,
            source_language="en",
            target_language="de",
            pairs=pairs(),
        )
    assert not MemoryEntry.objects.exists()


def test_importing_is_not_a_member_s_and_no_stranger_s(
    team: Team, bob: User, charlie: User
) -> None:
    with pytest.raises(ForbiddenError):
        imported(bob, team)
    with pytest.raises(NotFoundError):
        imported(charlie, team)


def test_who_owns_the_team_forgets_an_entry_with_its_keys(
    project: Project, alice: User
) -> None:
    remember(project, PAIRS[0])
    memory_delete(person=alice, entry_id=MemoryEntry.objects.get().pk)
    assert found(project, "Open") == []
    assert not MemoryKey.objects.exists()


def test_a_member_forgets_only_what_they_wrote(
    project: Project, team: Team, alice: User, bob: User, charlie: User
) -> None:
    remember(project, PAIRS[0])
    entry = MemoryEntry.objects.get()
    with pytest.raises(ForbiddenError):
        memory_delete(person=bob, entry_id=entry.pk)
    with pytest.raises(NotFoundError):
        memory_delete(person=charlie, entry_id=entry.pk)
    MemoryEntry.objects.update(person=bob)
    memory_delete(person=bob, entry_id=entry.pk)
    assert not MemoryEntry.objects.exists()


def test_all_of_one_file_are_forgotten_at_once(
    project: Project, team: Team, alice: User, bob: User, charlie: User
) -> None:
    imported(alice, team)
    remember(project, ("Save", "Speichern"))
    shelf: dict[str, Any] = {
        "team": team,
        "origin": "old.tmx",
        "source_language": "en",
        "target_language": "de",
    }
    with pytest.raises(ForbiddenError):
        memory_delete_origin(person=bob, **shelf)
    with pytest.raises(NotFoundError):
        memory_delete_origin(person=charlie, **shelf)
    assert memory_delete_origin(person=alice, **{**shelf, "target_language": "fr"}) == 0
    assert memory_delete_origin(person=alice, **shelf) == 2
    assert MemoryEntry.objects.get().source == "Save"
