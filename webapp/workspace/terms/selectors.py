"""What the terms say of a source. Callers have seen that the person may read it."""

import uuid

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from webapp.accounts.models import Team, User
from webapp.accounts.permissions import Action, permission_check
from webapp.common.errors import NotFoundError
from webapp.workspace.models import Project, Term
from webapp.workspace.terms.glossary import glossary_get
from webapp.workspace.terms.use import TermHit


def terms_in(*, project: Project, target_language: str, source: str) -> list[TermHit]:
    """Only those that occur in the source, in its order."""
    return glossary_get(project, target_language).hits(source)


def glossary_hash(*, project: Project, target_language: str) -> str:
    """What a machine translation notes, so that it can be made again."""
    return glossary_get(project, target_language).hash


def term_list(*, person: User, team: Team) -> QuerySet[Term]:
    """All of the team, with their targets; every member may read them."""
    permission_check(person=person, team=team, action=Action.READ)
    return Term.objects.filter(team=team).prefetch_related("targets")


def term_get(*, person: User, term_id: uuid.UUID) -> Term:
    """Of one of the person's teams; another's is the same as none."""
    own = Term.objects.filter(team__memberships__user=person, pk=term_id)
    term = own.select_related("team", "project").first()
    if term is None:
        raise NotFoundError(_("There is no such term."))
    return term
