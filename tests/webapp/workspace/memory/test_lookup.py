"""What the memory finds for a source."""

import pytest

from tests.factories import TeamFactory
from tests.webapp.workspace.memory.factories import ProjectFactory, found, remember
from webapp.accounts.models import Team
from webapp.workspace.memory import memory_exact_many, memory_lookup
from webapp.workspace.memory.add import Remembered
from webapp.workspace.models import Project


@pytest.fixture
def project(team: Team) -> Project:
    return ProjectFactory.create(team=team)


def test_the_same_source_is_exact(project: Project) -> None:
    remember(project, ("Open the file", "Datei öffnen"))
    assert found(project, " Open the file\n") == [(100, "Datei öffnen")]


def test_with_the_same_neighbours_it_comes_first(project: Project) -> None:
    remember(
        project,
        Remembered("Open", "Öffnen", before="File", after="Save"),
        Remembered("Open", "Offen", before="Status", after="Closed"),
    )
    around = {"before": "Status", "after": "Closed"}
    assert found(project, "Open", **around) == [(101, "Offen"), (100, "Öffnen")]


def test_no_neighbours_are_no_context(project: Project) -> None:
    remember(project, ("Open", "Öffnen"))
    assert found(project, "Open") == [(100, "Öffnen")]


def test_a_similar_source_has_its_percent(project: Project) -> None:
    remember(project, ("Delete the selected file", "Ausgewählte Datei löschen"))
    [(score, target)] = found(project, "Delete the selected files")
    assert target == "Ausgewählte Datei löschen"
    assert 90 <= score < 100


def test_what_is_too_unlike_is_left_out(project: Project) -> None:
    remember(project, ("Delete the selected file", "Ausgewählte Datei löschen"))
    assert found(project, "The printer is out of paper") == []
    assert found(project, "Delete the selected printers", least=90) == []


def test_only_letter_case_differs(project: Project) -> None:
    remember(project, ("Save File", "Datei speichern"))
    assert found(project, "Save file") == [(98, "Datei speichern")]


def test_numbers_and_placeholders_are_repaired(project: Project) -> None:
    remember(project, ("Page 3 of %d", "Seite 3 von %d"))
    [match] = memory_lookup(
        project=project, target_language="de", source="Page 12 of %s"
    )
    assert (match.score, match.target) == (98, "Seite 12 von %s")
    assert match.is_repaired
    assert match.source == "Page 3 of %d"


def test_what_cannot_be_repaired_counts_less(project: Project) -> None:
    remember(project, ("Wait for 3 days", "Drei Tage warten"))
    assert found(project, "Wait for 5 days") == [(95, "Drei Tage warten")]


def test_a_typing_error_in_a_single_word_hides_nothing(project: Project) -> None:
    remember(project, ("Internationalisation", "Internationalisierung"))
    [(score, _)] = found(project, "Internationalization")
    assert score >= 90


def test_chinese_is_found_without_spaces(project: Project) -> None:
    remember(project, ("删除所选的文件夹", "Ausgewählten Ordner löschen"))
    [(score, _)] = found(project, "删除所选的文件")
    assert score >= 80


def test_each_target_comes_once_and_the_best_first(project: Project) -> None:
    remember(
        project,
        ("Close the window", "Fenster schließen"),
        ("Close the windows", "Fenster schließen"),
        ("Close the window now", "Fenster jetzt schließen"),
    )
    targets = [target for _, target in found(project, "Close the window")]
    assert targets == ["Fenster schließen", "Fenster jetzt schließen"]


def test_a_limit_is_kept(project: Project) -> None:
    remember(project, *[("Open", f"Öffnen {number}") for number in range(9)])
    assert len(found(project, "Open", limit=3)) == 3


def test_other_languages_and_other_teams_have_memories_of_their_own(
    project: Project,
) -> None:
    stranger = ProjectFactory.create(team=TeamFactory.create())
    remember(project, ("Open the file", "Datei öffnen"))
    assert found(stranger, "Open the file") == []
    french = memory_lookup(
        project=project, target_language="fr", source="Open the file"
    )
    assert french == []


def test_another_project_of_the_team_shares_it_and_the_own_comes_first(
    project: Project, team: Team
) -> None:
    sister = ProjectFactory.create(team=team)
    remember(project, ("Open", "Öffnen"))
    remember(sister, ("Open", "Auf"))
    assert found(project, "Open") == [(100, "Öffnen"), (100, "Auf")]
    assert found(sister, "Open") == [(100, "Auf"), (100, "Öffnen")]


def test_many_exact_ones_are_found_at_once(project: Project) -> None:
    remember(
        project,
        ("Open", "Öffnen"),
        Remembered("Close", "Schließen", before="Open", after=""),
    )
    matches = memory_exact_many(
        project=project,
        target_language="de",
        sources=[("Open", "", "Close"), ("Close", "Open", ""), ("Opens", "", "")],
    )
    assert [match and (match.score, match.target) for match in matches] == [
        (100, "Öffnen"),
        (101, "Schließen"),
        None,
    ]


def test_signs_and_numbers_alone_are_found_too(project: Project) -> None:
    remember(project, ("%d / %d", "%d / %d"), ("…", "…"))
    assert found(project, "%s / %s") == [(98, "%s / %s")]
    assert found(project, "…") == [(100, "…")]
    assert found(project, "") == []
