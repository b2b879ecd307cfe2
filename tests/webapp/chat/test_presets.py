"""Presets: shipped ones for all, people's own, and those that a team shares."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from inference.sampling_params import SamplingParams
from tests.webapp.chat.factories import PresetFactory, answer, ask, new_key
from webapp.accounts.models import Membership, Team, User
from webapp.accounts.permissions import ForbiddenError
from webapp.chat.models import Conversation, Preset
from webapp.chat.selectors import preset_list
from webapp.chat.services import (
    message_regenerate,
    preset_create,
    preset_delete,
    preset_update,
)
from webapp.common.errors import ApplicationError, NotFoundError

shipped = import_module("webapp.chat.migrations.0002_shipped_presets")


@pytest.fixture
def shipped_presets(db: None) -> None:
    """Migrated in, but a test that empties the tables may have come before."""
    shipped.presets_add(apps, connection.schema_editor())


@pytest.mark.usefixtures("shipped_presets")
def test_shipped_presets_are_there_for_everybody(alice: User, charlie: User) -> None:
    for person in (alice, charlie):
        slugs = {preset.slug for preset in preset_list(person=person)}
        assert {"translate-to-chinese", "summarise", "answer-from-text"} <= slugs
    for preset in Preset.objects.exclude(slug=None):
        SamplingParams.from_dict(preset.sampling)
        with pytest.raises(ForbiddenError):
            preset_delete(person=alice, preset_id=preset.pk)


@pytest.mark.usefixtures("shipped_presets")
def test_a_shipped_preset_shows_the_model_its_examples(alice: User) -> None:
    preset = Preset.objects.get(slug="translate-to-chinese")
    sent = ask(alice, "Thank you.", preset_id=preset.pk)
    roles = [message["role"] for message in sent.generation.messages]
    assert roles == ["system", *["user", "assistant"] * 3, "user"]
    assert sent.generation.messages[1]["content"] == "Good morning."
    assert sent.generation.sampling["temperature"] == 0


def test_a_shared_preset_is_the_teams_and_only_its_makers_to_change(
    alice: User, bob: User, charlie: User, team: Team
) -> None:
    preset = preset_create(person=alice, name="Ours", team=team)
    own = preset_create(person=alice, name="Mine")
    assert set(preset_list(person=bob).filter(slug=None)) == {preset}
    assert set(preset_list(person=charlie).filter(slug=None)) == set()

    with pytest.raises(ForbiddenError):
        preset_update(person=bob, preset_id=preset.pk, name="Bob's")
    for person, hidden in ((bob, own), (charlie, preset), (charlie, own)):
        with pytest.raises(NotFoundError):
            preset_update(person=person, preset_id=hidden.pk, name="X")
        with pytest.raises(NotFoundError):
            preset_delete(person=person, preset_id=hidden.pk)


def test_nobody_shares_with_a_team_they_are_not_on(charlie: User, team: Team) -> None:
    with pytest.raises(NotFoundError):
        preset_create(person=charlie, name="Ours", team=team)


@pytest.mark.parametrize(
    "values",
    [
        {"name": " "},
        {"name": "x" * 81},
        {"name": "x", "instructions": "x" * 20_001},
        {"name": "x", "instructions": "\x00"},
        {"name": "x", "examples": [{"question": "Hello", "answer": ""}]},
        {"name": "x", "examples": [{"question": "a", "answer": "b"}] * 21},
        {"name": "x", "sampling": {"top_p": 0}},
    ],
)
def test_bad_input_is_refused(alice: User, values: dict[str, object]) -> None:
    with pytest.raises(ApplicationError):
        preset_create(person=alice, **values)  # type: ignore[arg-type]  # on purpose
    assert not Preset.objects.filter(owner=alice).exists()


@pytest.mark.parametrize("role", [None, Membership.Role.VIEWER])
def test_who_left_or_only_reads_changes_nothing_for_the_team(
    alice: User, team: Team, role: str | None
) -> None:
    preset = preset_create(person=alice, name="Ours", team=team)
    place = Membership.objects.filter(user=alice, team=team)
    if role is None:
        place.delete()
    else:
        place.update(role=role)
    with pytest.raises((ForbiddenError, NotFoundError)):
        preset_update(
            person=alice, preset_id=preset.pk, name="X", instructions="Y", team=team
        )
    preset.refresh_from_db()
    assert (preset.name, preset.instructions) == ("Ours", "")
    preset_update(person=alice, preset_id=preset.pk, name="Mine alone")
    preset.refresh_from_db()
    assert (preset.name, preset.team) == ("Mine alone", None)


def test_answers_go_on_without_a_preset_that_is_shared_no_more(
    alice: User, bob: User, team: Team
) -> None:
    preset = PresetFactory.create(owner=alice, team=team)
    sent = ask(bob, "Ahoy", preset_id=preset.pk)
    assert sent.generation.messages[0]["role"] == "system"
    answer(sent.generation, "Aye")
    preset_update(person=alice, preset_id=preset.pk, name="Mine alone")
    again = message_regenerate(person=bob, key=new_key(), message_id=sent.message.pk)
    assert [m["role"] for m in again.generation.messages] == ["user"]
    answer(again.generation, "Hello")
    more = ask(bob, "And now?", conversation_id=sent.conversation.pk)
    assert more.generation.messages[0]["role"] == "user"


def test_a_conversation_outlives_its_preset(alice: User) -> None:
    preset = PresetFactory.create(owner=alice)
    sent = ask(alice, "Ahoy", preset_id=preset.pk)
    preset_delete(person=alice, preset_id=preset.pk)
    assert Conversation.objects.get(pk=sent.conversation.pk).preset is None


def test_the_pages_make_change_and_delete_a_preset(client: Client, alice: User) -> None:
    client.force_login(alice)
    values = {
        "name": "Terse",
        "instructions": "One word.",
        "temperature": "0.2",
        "question_1": "Capital of France?",
        "answer_1": "Paris",
        "is_shared": "on",
    }
    response = client.post(reverse("preset_new"), values)
    assert response.status_code == 302
    preset = Preset.objects.get(name="Terse")
    assert preset.owner == alice
    assert preset.team == alice.active_team
    assert preset.sampling == {"temperature": 0.2}
    assert preset.examples == [{"question": "Capital of France?", "answer": "Paris"}]

    page = client.get(reverse("preset_edit", args=[preset.pk])).content.decode()
    assert "Capital of France?" in page
    client.post(reverse("preset_edit", args=[preset.pk]), {"name": "Terser"})
    preset.refresh_from_db()
    assert (preset.name, preset.team, preset.examples) == ("Terser", None, [])

    client.post(reverse("preset_delete", args=[preset.pk]))
    assert not Preset.objects.filter(pk=preset.pk).exists()


def test_who_has_no_team_is_not_asked_whether_to_share(
    client: Client, alice: User
) -> None:
    client.force_login(alice)
    assert 'name="is_shared"' in client.get(reverse("preset_new")).content.decode()
    Membership.objects.filter(user=alice).delete()
    User.objects.filter(pk=alice.pk).update(active_team=None)
    assert 'name="is_shared"' not in client.get(reverse("preset_new")).content.decode()


def test_the_form_says_what_is_wrong(client: Client, alice: User) -> None:
    client.force_login(alice)
    response = client.post(
        reverse("preset_new"), {"name": "x", "question_1": "only a question"}
    )
    assert "An example needs both a message and an answer." in response.content.decode()


def test_names_of_shipped_ones_follow_the_language(alice: User) -> None:
    preset = Preset(slug="summarise", name="Summarise a text")
    with translation.override("en"):
        assert str(preset) == "Summarise a text"
    assert str(Preset(name="Mine")) == "Mine"
