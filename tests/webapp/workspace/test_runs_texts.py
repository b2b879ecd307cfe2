"""What a model is asked for a segment, and what of its answer becomes a text."""

import pytest
from pytest_django import Settings

from tests.webapp.workspace.factories import document_make, first_of
from tests.webapp.workspace.machine import (
    finish,
    in_flight,
    save,
    start,
    targets,
    translate_all,
    translator_say,
)
from webapp.accounts.models import Team, User
from webapp.generation.models import Generation
from webapp.workspace.machine.pump import runs_pump
from webapp.workspace.models import Document, Segment, Term, TranslationRun
from webapp.workspace.words import machine_error_message

pytestmark = pytest.mark.django_db

State, Machine, Origin = Segment.State, Segment.Machine, Segment.Origin


@pytest.fixture(autouse=True)
def scripted(settings: Settings) -> None:
    settings.MODEL_NAMES = ["scripted"]


@pytest.fixture
def document(team: Team) -> Document:
    return document_make(team)


def test_each_text_can_be_made_again(document: Document, bob: User) -> None:
    start(bob, document)
    runs_pump()
    [segment, *_] = in_flight(document)
    finish(segment, "Un", logprobs=[-0.5, -0.1])
    runs_pump()

    segment.refresh_from_db()
    assert segment.confidence == pytest.approx(0.7408)
    assert segment.recipe["model"] == "scripted"
    assert segment.recipe["model_version"] == "v1"
    assert segment.recipe["sampling"]["temperature"] == 0.0
    generation = segment.generation
    assert generation is not None
    assert segment.recipe["generation"] == str(generation.pk)
    assert (generation.purpose, generation.queue) == ("translation", "batch")
    assert (generation.source_language, generation.target_language) == ("en", "fr")
    assert generation.messages[-1] == {"role": "user", "content": "One"}
    assert "from English into French" in generation.messages[0]["content"]


@pytest.mark.parametrize(
    ("text", "reason", "code"),
    [("  ", "stop", "nothing_written"), ("no no no", "length", "no_end")],
)
def test_what_is_no_translation_is_not_taken(
    document: Document, bob: User, text: str, reason: str, code: str
) -> None:
    start(bob, document)
    runs_pump()
    finish(in_flight(document)[0], text, reason=reason)
    runs_pump()

    first = first_of(document)
    assert (first.target, first.machine) == ("", Machine.FAILED)
    assert first.machine_error == {"code": code}
    assert machine_error_message(first.machine_error)


def test_placeholders_are_hidden_from_the_model_and_put_back(
    team: Team, bob: User
) -> None:
    document = document_make(team, ["Delete %(count)s files?"])
    start(bob, document)
    runs_pump()
    [segment] = in_flight(document)
    assert segment.generation is not None
    assert segment.generation.messages[-1]["content"] == "Delete [X0X] files?"

    finish(segment, "Supprimer [X0X] fichiers ?")
    runs_pump()

    assert targets(document) == ["Supprimer %(count)s fichiers ?"]


def test_what_lost_its_placeholders_is_redone_in_parts(team: Team, bob: User) -> None:
    document = document_make(team, ["Delete %(count)s files?"])
    start(bob, document)
    runs_pump()
    finish(in_flight(document)[0], "Supprimer ?")
    for part, text in (("Delete", "Supprimer"), ("files?", "fichiers ?")):
        runs_pump()
        [segment] = in_flight(document)
        assert segment.generation is not None
        assert segment.generation.messages[-1]["content"] == part
        finish(segment, text)
    runs_pump()

    assert targets(document) == ["Supprimer %(count)s fichiers ?"]
    assert TranslationRun.objects.get().done == 1


def test_a_translation_model_sees_placeholders_until_it_loses_one(
    team: Team, bob: User
) -> None:
    translator_say()
    document = document_make(team, ["Delete %(count)s files?", "Open <b>it</b> now"])
    start(bob, document)
    runs_pump()
    seen, tagged = in_flight(document)
    assert seen.generation is not None and tagged.generation is not None
    assert seen.generation.messages[-1]["content"] == "Delete %(count)s files?"
    phrases = [tuple(pair) for pair in seen.generation.sampling["phrases"]]
    assert phrases == [("%(count)s", "%(count)s")]
    assert tagged.generation.messages[-1]["content"] == "Open [X0X]it[X1X] now"
    finish(tagged, "L’ouvrir [X0X]ici[X1X]")
    finish(seen, "Supprimer ?")

    runs_pump()
    [hidden] = in_flight(document)
    assert hidden.generation is not None
    assert hidden.generation.messages[-1]["content"] == "Delete [X0X] files?"
    finish(hidden, "Supprimer [X0X] fichiers ?")
    runs_pump()
    assert targets(document) == [
        "Supprimer %(count)s fichiers ?",
        "L’ouvrir <b>ici</b>",
    ]


def test_what_a_translation_model_loses_twice_is_redone_in_parts(
    team: Team, bob: User
) -> None:
    translator_say()
    document = document_make(team, ["Delete %(count)s files?"])
    start(bob, document)
    for text in ("Supprimer ?", "Supprimer ?", "Supprimer", "fichiers ?"):
        runs_pump()
        finish(in_flight(document)[0], text)
    runs_pump()
    assert targets(document) == ["Supprimer %(count)s fichiers ?"]


def test_what_breaks_them_again_is_given_up(team: Team, bob: User) -> None:
    document = document_make(team, ["Delete %(count)s files?"])
    start(bob, document)
    runs_pump()
    finish(in_flight(document)[0], "Supprimer ?")
    for _part in range(2):
        runs_pump()
        finish(in_flight(document)[0], "%(other)s")
    runs_pump()

    first = first_of(document)
    assert (first.machine, first.target) == (Machine.FAILED, "")
    assert machine_error_message(first.machine_error)


def test_what_has_no_words_needs_no_model(team: Team, bob: User) -> None:
    document = document_make(team, ["%(count)s", "42", "One"])

    start(bob, document)
    runs_pump()

    assert targets(document) == ["%(count)s", "42", ""]
    assert [segment.source for segment in in_flight(document)] == ["One"]


def test_what_the_team_translated_before_is_taken_instead(
    document: Document, team: Team, bob: User
) -> None:
    save(bob, first_of(document), "Un")
    other = document_make(team, ["One", "Four"])

    start(bob, other)
    translate_all(other)

    assert targets(other) == ["Un", "[Four]"]
    first = first_of(other)
    assert (first.state, first.origin) == (State.PRETRANSLATED, Origin.MEMORY)
    assert Generation.objects.count() == 1


def test_the_memory_is_left_alone_where_the_project_says_so(
    document: Document, team: Team, bob: User
) -> None:
    save(bob, first_of(document), "Un")
    other = document_make(team, ["One"], uses_memory=False)

    start(bob, other)
    translate_all(other)

    assert targets(other) == ["[One]"]


def test_a_model_that_can_be_talked_to_is_told_the_terms_that_occur(
    document: Document, team: Team, bob: User
) -> None:
    for text, target in (("Two", "Deux"), ("Nine", "Neuf")):
        term = Term.objects.create(team=team, language="en", text=text)
        term.targets.create(language="fr", text=target)

    start(bob, document)
    runs_pump()

    [first, second, _] = in_flight(document)
    assert first.generation is not None and second.generation is not None
    assert "Deux" not in first.generation.messages[0]["content"]
    assert "“Two” as “Deux”" in second.generation.messages[0]["content"]
    assert "Neuf" not in second.generation.messages[0]["content"]
    assert second.recipe["glossary_hash"]
