"""Rows for the memory's tests."""

from collections.abc import Sequence
from typing import Any

from factory.declarations import SubFactory
from factory.django import DjangoModelFactory

from tests.factories import TeamFactory
from webapp.workspace.memory import Match, memory_lookup
from webapp.workspace.memory.add import Remembered, Shelf, entries_add
from webapp.workspace.models import Project


class ProjectFactory(DjangoModelFactory[Project]):
    class Meta:
        model = Project

    team: Any = SubFactory(TeamFactory)
    name = "Handbook"
    source_language = "en"
    target_languages = ["de"]


def remember(project: Project, *pairs: tuple[str, str] | Remembered) -> None:
    shelf = Shelf(project.team, project.source_language, "de", project, origin="a.po")
    entries_add(
        shelf,
        [pair if isinstance(pair, Remembered) else Remembered(*pair) for pair in pairs],
    )


def found(project: Project, source: str, **options: Any) -> list[tuple[int, str]]:
    return scores(
        memory_lookup(project=project, target_language="de", source=source, **options)
    )


def scores(matches: Sequence[Match]) -> list[tuple[int, str]]:
    return [(match.score, match.target) for match in matches]
