"""Look-ups of people and teams. Nothing here writes."""

import uuid

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from webapp.accounts.models import Invitation, Membership, Team, User
from webapp.common.errors import NotFoundError


def team_list(*, person: User) -> QuerySet[Membership]:
    """The person's places, with their teams and how many people each has."""
    return (
        Membership.objects.filter(user=person)
        .select_related("team")
        .annotate(size=Count("team__memberships"))
        .order_by("team__name", "team_id")
    )


def team_get(*, person: User, team_id: uuid.UUID) -> Team:
    """A team the person is on. Another's is the same as none at all."""
    team = Team.objects.filter(pk=team_id, memberships__user=person).first()
    if team is None:
        raise NotFoundError(_("There is no such team."))
    return team


def member_list(*, team: Team) -> QuerySet[Membership]:
    return team.memberships.select_related("user").order_by("joined_at", "pk")


def member_get(*, team: Team, person_id: uuid.UUID) -> User:
    person = User.objects.filter(pk=person_id, memberships__team=team).first()
    if person is None:
        raise NotFoundError(_("This person is not on the team."))
    return person


def open_invitations() -> QuerySet[Invitation]:
    """Links that can still be used."""
    return Invitation.objects.filter(
        accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    )
