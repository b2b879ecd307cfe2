"""A segment's best translations, of which a person takes one."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.factories import MembershipFactory, UserFactory
from tests.webapp.chat.socket import Socket, in_database
from tests.webapp.workspace.engine_room import engine_room
from tests.webapp.workspace.factories import document_make, first_of
from tests.webapp.workspace.machine import translator_say
from webapp.accounts.models import Membership, Team, User
from webapp.accounts.permissions import ForbiddenError
from webapp.common.errors import ApplicationError, NotFoundError
from webapp.generation.models import Generation
from webapp.generation.services import Ending, generation_claim, generation_end
from webapp.workspace.machine.alternatives import (
    alternatives_read,
    alternatives_start,
)
from webapp.workspace.machine.completion import Started, completion_start
from webapp.workspace.models import Document
from webapp.workspace.terms.services import TargetDraft, TermDraft, term_create

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def document(team: Team, settings: Settings) -> Document:
    settings.MODEL_NAMES = ["scripted"]
    return document_make(team, ["Delete %s?"])


def start(person: User, document: Document) -> Started:
    return alternatives_start(
        person=person, document=document, segment_id=first_of(document).pk
    )


def test_a_translation_model_searches_and_another_draws(
    document: Document, bob: User
) -> None:
    drawn = start(bob, document).generation.sampling
    translator_say()
    searched = start(bob, document).generation.sampling

    assert (drawn["n"], drawn["num_beams"], drawn["temperature"]) == (4, 1, 0.8)
    assert (searched["n"], searched["num_beams"], searched["temperature"]) == (4, 4, 0)


def test_a_model_is_asked_as_it_wishes_unless_the_project_says_otherwise(
    document: Document, bob: User
) -> None:
    assert start(bob, document).generation.sampling["repetition_penalty"] == 1
    translator_say()
    assert start(bob, document).generation.sampling["repetition_penalty"] == 1.2
    document.project.sampling = {"repetition_penalty": 1.1}
    document.project.save()
    assert start(bob, document).generation.sampling["repetition_penalty"] == 1.1


def test_a_translation_model_is_led_to_masks_and_terms(
    team: Team, document: Document, alice: User, bob: User
) -> None:
    draft = TermDraft("delete", "en", targets=[TargetDraft("effacer", "fr")])
    term_create(person=alice, team=team, draft=draft)
    assert start(bob, document).generation.sampling["phrases"] == []
    translator_say()
    asked = start(bob, document).generation.sampling["phrases"]
    assert [tuple(pair) for pair in asked] == [
        ("[X0X]", "[X0X]"),
        ("Delete", "effacer"),
    ]
    document.project.sampling = {"phrases": []}
    document.project.save()
    assert start(bob, document).generation.sampling["phrases"] == []


def test_each_is_offered_once_and_none_that_is_broken(
    document: Document, bob: User
) -> None:
    started = start(bob, document)
    claimed = generation_claim(generation_id=started.generation.pk, worker="box:1")
    assert claimed is not None
    generation_end(
        generation_id=claimed.pk,
        epoch=claimed.epoch,
        ending=Ending(
            status=Generation.Status.DONE,
            finish_reason=Generation.FinishReason.STOP,
            output="Supprimer [X0X] ?",
            alternatives=["Effacer [X0X] ?", "Supprimer ?", "Supprimer [X0X] ?"],
        ),
    )

    texts = alternatives_read(generation=started.generation, masked=started.masked)

    assert texts == ["Supprimer %s ?", "Effacer %s ?"]


def test_a_model_that_lacks_the_language_is_not_asked(
    document: Document, bob: User
) -> None:
    """Somebody who types would leave a failed answer behind at each pause."""
    translator_say("en", "de")
    with pytest.raises(ApplicationError, match="does not know French"):
        start(bob, document)
    with pytest.raises(ApplicationError, match="does not know French"):
        completion_start(
            person=bob,
            document=document,
            segment_id=first_of(document).pk,
            prefix="Supprimer",
        )
    assert not Generation.objects.exists()


def test_rights(document: Document, team: Team, charlie: User) -> None:
    viewer = UserFactory.create()
    MembershipFactory.create(team=team, user=viewer, role=Membership.Role.VIEWER)
    with pytest.raises(ForbiddenError):
        start(viewer, document)
    with pytest.raises(NotFoundError):
        start(charlie, document)


async def test_a_model_that_has_none_says_so(
    document: Document, bob: User, tmp_path: Path
) -> None:
    """The scripted one."""
    segment = (await in_database(lambda: first_of(document))).pk
    socket = await Socket.of(bob, path=f"/ws/workspace/{document.pk}/")
    async with engine_room(tmp_path), socket:
        await socket.ask("alternatives", segment=segment)
        answer = await socket.until("alternatives")
        assert answer["texts"] == []
        assert "does not know the setting" in answer["error"]
