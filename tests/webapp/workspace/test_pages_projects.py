"""The list of projects, a project's form, and what is said about its model."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from inference.contract import ModelInfo, ModelState, ModelStatus, ModelTask
from tests.factories import MembershipFactory, TeamFactory, UserFactory
from tests.webapp.workspace.factories import (
    DocumentFactory,
    ProjectFactory,
    SegmentFactory,
    document_make,
)
from webapp.accounts.models import Membership, Team, User
from webapp.generation.heartbeats import WorkerStatus, heartbeat_send
from webapp.workspace.models import Document, Project, Segment
from webapp.workspace.services.segments import segment_edit

pytestmark = pytest.mark.django_db

LIST = "workspace_projects"


@pytest.fixture(autouse=True)
def scripted(settings: Settings) -> None:
    settings.MODEL_NAMES = ["scripted", "talker"]


def page(client: Client, person: User, name: str, *arguments: object) -> str:
    client.force_login(person)
    answer = client.get(reverse(name, args=arguments))
    assert answer.status_code == 200
    return answer.content.decode()


def worker_has(*languages: str, task: ModelTask = ModelTask.TEXT) -> None:
    info = ModelInfo(
        "scripted", "Scripted", "t5", "0" * 64, 256, "MIT", languages, task
    )
    ready = ModelStatus("scripted", ModelState.READY, 1.0, "", info)
    heartbeat_send(WorkerStatus("box:1", slots=8, running=0, models=(ready,)))


def states_make(document: Document, **counts: int) -> None:
    for state, count in counts.items():
        for number in range(count):
            SegmentFactory.create(
                document=document, source=f"{state} {number}", state=state
            )


def test_the_list_shows_how_far_each_project_is(
    client: Client, alice: User, team: Team
) -> None:
    document = DocumentFactory.create(project=ProjectFactory.create(team=team))
    states_make(document, reviewed=2, edited=1, pretranslated=1)

    found = page(client, alice, LIST)

    assert "75% done" in found
    assert 'class="bar-reviewed" x="0.00%" width="50.00%"' in found
    assert "2 reviewed" in found
    assert "1 to review" in found


def test_what_was_deleted_does_not_count(
    client: Client, alice: User, team: Team
) -> None:
    document = DocumentFactory.create(project=ProjectFactory.create(team=team))
    states_make(document, reviewed=2)
    client.force_login(alice)
    client.post(reverse("workspace_document_delete", args=[document.pk]))

    found = page(client, alice, LIST)

    assert "0 documents" in found
    assert "Nothing to translate yet" in found


def test_projects_of_other_teams_are_not_listed(
    client: Client, team: Team, bob: User, charlie: User
) -> None:
    ProjectFactory.create(team=team, name="Handbook")

    assert "Handbook" in page(client, bob, LIST)
    assert "Handbook" not in page(client, charlie, LIST)


def test_the_empty_list_says_what_to_do_first(
    client: Client, team: Team, alice: User
) -> None:
    assert reverse("workspace_project_new") in page(client, alice, LIST)

    viewer = UserFactory.create(active_team=team)
    MembershipFactory.create(team=team, user=viewer, role=Membership.Role.VIEWER)
    assert reverse("workspace_project_new") not in page(client, viewer, LIST)

    alone = UserFactory.create(active_team=None)
    found = page(client, alone, LIST)
    assert "First a team" in found


def test_who_makes_a_team_there_goes_on_to_the_first_project(client: Client) -> None:
    client.force_login(UserFactory.create(active_team=None))
    teams = reverse("accounts_teams")
    new = reverse("workspace_project_new")

    answer = client.post(teams, {"name": "Us", "next": new})
    assert answer["Location"] == new
    assert client.get(new).status_code == 200

    answer = client.post(teams, {"name": "Us too", "next": "https://evil.example/"})
    assert answer["Location"].startswith(teams)


def test_without_a_team_the_form_leads_back_to_the_list(client: Client) -> None:
    client.force_login(UserFactory.create(active_team=None))

    answer = client.get(reverse("workspace_project_new"))

    assert answer["Location"] == reverse(LIST)


def test_a_project_is_begun_in_the_team_that_was_chosen(
    client: Client, alice: User, team: Team
) -> None:
    night = TeamFactory.create(name="Night shift")
    MembershipFactory.create(team=night, user=alice, role=Membership.Role.MEMBER)
    found = page(client, alice, "workspace_project_new")
    assert found.index("Translators</option>") < found.index("Night shift</option>")

    project = {
        "name": "Subtitles",
        "source_language": "en",
        "target_languages": ["fr", "zh-Hans"],
        "model": "scripted",
    }
    stranger = TeamFactory.create()
    for chosen, status in ((stranger, 400), (night, 302)):
        answer = client.post(
            reverse("workspace_project_new"), {**project, "team": str(chosen.pk)}
        )
        assert answer.status_code == status
    made = Project.objects.get()
    assert (made.team, made.target_languages) == (night, ["fr", "zh-Hans"])


def test_a_project_keeps_a_language_that_is_not_common_and_a_model_that_is_gone(
    client: Client, alice: User, team: Team
) -> None:
    project = ProjectFactory.create(team=team, target_languages=["gsw"], model="gone")

    found = page(client, alice, "workspace_project_edit", project.pk)

    assert 'value="gsw"' in found
    assert "gone (no longer here)" in found


def test_a_deleted_project_can_be_brought_back_from_the_list(
    client: Client, alice: User, bob: User, team: Team
) -> None:
    project = ProjectFactory.create(team=team, name="Handbook")
    client.force_login(alice)
    answer = client.post(reverse("workspace_project_delete", args=[project.pk]))

    found = client.get(answer["Location"]).content.decode()
    assert "“Handbook” was deleted." in found
    assert reverse("workspace_project_restore", args=[project.pk]) in found

    client.force_login(bob)
    assert "Handbook" not in client.get(answer["Location"]).content.decode()
    nonsense = client.get(reverse(LIST), {"put_away": "x"})
    assert nonsense.status_code == 200


def test_the_form_says_that_the_model_lacks_a_language(
    client: Client, alice: User
) -> None:
    worker_has("en", "fr")
    client.force_login(alice)
    asked = {"model": "scripted", "source_language": "en"}
    fit = reverse("workspace_model_fit")

    both = client.get(fit, {**asked, "target_languages": ["fr", "ja"]})
    assert "does not know Japanese (ja)" in both.content.decode()
    assert "French" not in both.content.decode()
    assert "do not reach it" in both.content.decode()

    good = client.get(fit, {**asked, "target_languages": ["fr"]})
    assert "Scripted is ready for these languages." in good.content.decode()


def test_a_model_made_for_translation_is_offered_first(
    client: Client, alice: User, settings: Settings
) -> None:
    settings.MODEL_NAMES = ["talker", "scripted"]
    worker_has("en", "fr")
    found = page(client, alice, "workspace_project_new")
    assert '<option value="scripted" selected>' in found


def test_a_model_that_can_be_talked_to_takes_instructions(
    client: Client, alice: User
) -> None:
    worker_has("en", task=ModelTask.CHAT)
    client.force_login(alice)

    answer = client.get(
        reverse("workspace_model_fit"),
        {"model": "scripted", "source_language": "en", "target_languages": ["ja"]},
    )

    assert "is ready" in answer.content.decode()
    assert "do not reach it" not in answer.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"model": "gone"},
        {"model": "scripted", "source_language": "!", "target_languages": ["?"]},
        {"model": "scripted", "source_language": "en", "target_languages": ["?" * 99]},
    ],
)
def test_nonsense_about_models_is_answered_calmly(
    client: Client, alice: User, asked: dict[str, str]
) -> None:
    worker_has("en", "fr")
    client.force_login(alice)

    assert client.get(reverse("workspace_model_fit"), asked).status_code == 200


def test_the_page_warns_before_anybody_starts_a_model_that_lacks_a_language(
    client: Client, alice: User, team: Team
) -> None:
    worker_has("en", "fr")
    project = ProjectFactory.create(team=team, target_languages=["fr", "ja"])

    found = page(client, alice, "workspace_project", project.pk)

    assert "does not know Japanese (ja)" in found


def test_figures_come_with_a_sentence_for_each(
    client: Client, alice: User, bob: User, team: Team
) -> None:
    document = document_make(team)
    path = ("workspace_figures", document.project_id)
    assert "Nobody finished a segment" in page(client, alice, *path)

    segment = Segment.objects.filter(document=document).earliest("position")
    segment_edit(
        person=bob, document=document, segment_id=segment.pk, version=0, target="Un"
    )
    found = page(client, alice, *path)
    assert '<th scope="row">Bob</th>' in found
    assert "What the figures say" in found
