"""Terms are written by translators, and taken away by reviewers."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from webapp.accounts.models import Team, User
from webapp.accounts.permissions import Action, permission_check
from webapp.common.errors import ApplicationError
from webapp.workspace.models import Project, Term, TermTarget
from webapp.workspace.terms.selectors import term_get

MAX_TERM_CHARS = 200
MAX_TARGETS = 50


@dataclass(frozen=True, slots=True)
class TargetDraft:
    """One way to say a term, or one that is forbidden."""

    text: str
    language: str
    is_forbidden: bool = False
    is_preferred: bool = False


@dataclass(frozen=True, slots=True)
class TermDraft:
    text: str
    language: str
    targets: Sequence[TargetDraft] = ()
    is_untranslatable: bool = False
    is_case_sensitive: bool = False
    explanation: str = ""


@transaction.atomic
def term_create(
    *, person: User, team: Team, draft: TermDraft, project: Project | None = None
) -> Term:
    """project: None for a term of all the team's projects."""
    permission_check(person=person, team=team, action=Action.WRITE)
    return _write(Term(team=team, project=_own(team, project)), draft)


@transaction.atomic
def term_update(*, person: User, term_id: uuid.UUID, draft: TermDraft) -> Term:
    term = term_get(person=person, term_id=term_id)
    permission_check(person=person, team=term.team, action=Action.WRITE)
    return _write(term, draft)


@transaction.atomic
def term_delete(*, person: User, term_id: uuid.UUID) -> None:
    term = term_get(person=person, term_id=term_id)
    permission_check(person=person, team=term.team, action=Action.REVIEW)
    term.delete()


@transaction.atomic
def terms_import(
    *,
    person: User,
    team: Team,
    drafts: Iterable[TermDraft],
    project: Project | None = None,
) -> int:
    """Those of a file, all or none; how many there were. A term that is there already
    gets the file's targets in the languages that the file has."""
    permission_check(person=person, team=team, action=Action.REVIEW)
    project = _own(team, project)
    known = {
        (term.language, term.text): term
        for term in Term.objects.filter(team=team, project=project)
    }
    count = 0
    for draft in drafts:
        key = (draft.language, draft.text.strip())
        term = known.get(key) or Term(team=team, project=project)
        known[key] = _write(term, draft, languages={t.language for t in draft.targets})
        count += 1
    return count


def _own(team: Team, project: Project | None) -> Project | None:
    assert project is None or project.team_id == team.pk, "a project has one team"
    return project


def _write(term: Term, draft: TermDraft, languages: set[str] | None = None) -> Term:
    """languages: whose targets are replaced; None: all of them."""
    term.text = _checked(draft.text)
    term.language = draft.language
    term.is_untranslatable = draft.is_untranslatable
    term.is_case_sensitive = draft.is_case_sensitive
    term.explanation = draft.explanation.strip()
    targets = _targets(term, draft)
    term.save()  # its time tells compiled glossaries that they are old
    old = term.targets.all()
    if languages is not None:
        old = old.filter(language__in=languages)
    old.delete()
    TermTarget.objects.bulk_create(targets)
    return term


def _targets(term: Term, draft: TermDraft) -> list[TermTarget]:
    if len(draft.targets) > MAX_TARGETS:
        raise ApplicationError(
            _("At most %(limit)s translations of a term.") % {"limit": MAX_TARGETS},
            code="too_many",
        )
    unique = {(t.language, t.text.strip()): t for t in draft.targets if t.text.strip()}
    return [
        TermTarget(
            term=term,
            language=target.language,
            text=_checked(target.text),
            is_forbidden=target.is_forbidden,
            is_preferred=target.is_preferred and not target.is_forbidden,
        )
        for target in unique.values()
    ]


def _checked(text: str) -> str:
    text = " ".join(text.split())
    if not text or "\x00" in text:
        raise ApplicationError(_("A term needs a word."), code="empty")
    if len(text) > MAX_TERM_CHARS:
        raise ApplicationError(
            _("The term is too long: %(limit)s characters at most.")
            % {"limit": MAX_TERM_CHARS},
            code="too_long",
        )
    return text
