"""Terms in the database: whose they are, and who may change them."""

import pytest

from tests.factories import TeamFactory
from tests.webapp.workspace.memory.factories import ProjectFactory
from webapp.accounts.models import Membership, Team, User
from webapp.accounts.permissions import ForbiddenError
from webapp.common.errors import ApplicationError, NotFoundError
from webapp.workspace.models import Project, Term
from webapp.workspace.terms.selectors import glossary_hash, term_list, terms_in
from webapp.workspace.terms.services import (
    TargetDraft,
    TermDraft,
    term_create,
    term_delete,
    term_update,
    terms_import,
)

FILE = TermDraft(
    "file",
    "en",
    targets=[
        TargetDraft("Akte", "de", is_forbidden=True),
        TargetDraft("File", "de"),
        TargetDraft("Datei", "de", is_preferred=True),
        TargetDraft("fichier", "fr"),
    ],
)


@pytest.fixture
def project(team: Team) -> Project:
    return ProjectFactory.create(team=team)


def hits(project: Project, source: str, language: str = "de") -> list[tuple[str, ...]]:
    found = terms_in(project=project, target_language=language, source=source)
    return [hit.targets for hit in found]


def test_a_term_is_found_with_its_targets_the_preferred_first(
    project: Project, team: Team, bob: User
) -> None:
    term = term_create(person=bob, team=team, draft=FILE)
    [hit] = terms_in(project=project, target_language="de", source="All files")
    assert (hit.term_id, hit.start, hit.end) == (str(term.pk), 4, 9)
    assert hit.targets == ("Datei", "File")
    assert hit.forbidden == ("Akte",)
    assert hits(project, "All files", "fr") == [("fichier",)]
    assert hits(project, "All folders") == []


def test_a_change_is_seen_at_once(project: Project, team: Team, bob: User) -> None:
    term = term_create(person=bob, team=team, draft=FILE)
    before = glossary_hash(project=project, target_language="de")
    changed = TermDraft("file", "en", targets=[TargetDraft("Dokument", "de")])
    term_update(person=bob, term_id=term.pk, draft=changed)
    assert hits(project, "A file") == [("Dokument",)]
    assert glossary_hash(project=project, target_language="de") != before
    term_update(person=bob, term_id=term.pk, draft=FILE)
    assert glossary_hash(project=project, target_language="de") == before


def test_a_project_s_own_terms_are_no_other_project_s(
    project: Project, team: Team, bob: User
) -> None:
    sister = ProjectFactory.create(team=team)
    term_create(person=bob, team=team, draft=FILE, project=project)
    assert hits(project, "A file") == [("Datei", "File")]
    assert hits(sister, "A file") == []


def test_another_team_has_its_own_terms(
    project: Project, team: Team, bob: User
) -> None:
    stranger = ProjectFactory.create(team=TeamFactory.create())
    term_create(person=bob, team=team, draft=FILE)
    assert hits(stranger, "A file") == []


def test_a_viewer_writes_none_and_a_stranger_sees_no_team(
    team: Team, bob: User, charlie: User
) -> None:
    term = term_create(person=bob, team=team, draft=FILE)
    Membership.objects.filter(user=bob).update(role=Membership.Role.VIEWER)
    with pytest.raises(ForbiddenError):
        term_create(person=bob, team=team, draft=FILE)
    with pytest.raises(ForbiddenError):
        term_update(person=bob, term_id=term.pk, draft=FILE)
    assert list(term_list(person=bob, team=team)) == [term]
    with pytest.raises(NotFoundError):
        term_create(person=charlie, team=team, draft=FILE)
    with pytest.raises(NotFoundError):
        term_update(person=charlie, term_id=term.pk, draft=FILE)
    with pytest.raises(NotFoundError):
        term_delete(person=charlie, term_id=term.pk)
    with pytest.raises(NotFoundError):
        term_list(person=charlie, team=team)


def test_only_reviewers_and_owners_take_terms_away(
    project: Project, team: Team, alice: User, bob: User
) -> None:
    term = term_create(person=bob, team=team, draft=FILE)
    assert hits(project, "A file") == [("Datei", "File")]
    with pytest.raises(ForbiddenError):
        term_delete(person=bob, term_id=term.pk)
    term_delete(person=alice, term_id=term.pk)
    assert hits(project, "A file") == []


def test_a_file_adds_terms_and_renews_those_that_are_there(
    project: Project, team: Team, alice: User, bob: User
) -> None:
    term_create(person=bob, team=team, draft=FILE)
    drafts = [
        TermDraft("file", "en", targets=[TargetDraft("Dokument", "de")]),
        TermDraft("Tandem", "en", is_untranslatable=True),
    ]
    with pytest.raises(ForbiddenError):
        terms_import(person=bob, team=team, drafts=drafts)
    assert terms_import(person=alice, team=team, drafts=drafts) == 2
    assert Term.objects.count() == 2
    assert hits(project, "A file") == [("Dokument",)]
    assert hits(project, "A file", "fr") == [("fichier",)]


def test_a_file_with_a_bad_term_adds_nothing(team: Team, alice: User) -> None:
    with pytest.raises(ApplicationError):
        terms_import(person=alice, team=team, drafts=[FILE, TermDraft("x" * 201, "en")])
    assert not Term.objects.exists()


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (TermDraft("  ", "en"), "empty"),
        (TermDraft("x" * 201, "en"), "too_long"),
        (TermDraft("x", "en", targets=[TargetDraft("y" * 201, "de")]), "too_long"),
        (
            TermDraft(
                "x", "en", targets=[TargetDraft(f"y{n}", "de") for n in range(51)]
            ),
            "too_many",
        ),
    ],
)
def test_a_bad_term_is_refused_in_words(
    team: Team, bob: User, draft: TermDraft, code: str
) -> None:
    with pytest.raises(ApplicationError) as caught:
        term_create(person=bob, team=team, draft=draft)
    assert caught.value.code == code
    assert not Term.objects.exists()
