"""Links that let people in: made, revoked, used once."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from webapp.accounts.models import Invitation, Membership, Team, User
from webapp.accounts.permissions import Action, permission_check
from webapp.accounts.selectors import open_invitations
from webapp.accounts.services.teams import team_select
from webapp.common.errors import ApplicationError, NotFoundError
from webapp.common.ids import new_secret, secret_hash

DEFAULT_DAYS = 7
MAX_DAYS = 90


@transaction.atomic
def invitation_create(
    *,
    actor: User,
    team: Team,
    role: str = Membership.Role.MEMBER,
    days: int = DEFAULT_DAYS,
) -> tuple[Invitation, str]:
    """A new invitation and its secret, which is kept nowhere and shown once."""
    permission_check(person=actor, team=team, action=Action.MANAGE)
    if role not in Membership.Role.values:
        raise ApplicationError(_("There is no such role."), code="unknown_role")
    if not 1 <= days <= MAX_DAYS:
        raise ApplicationError(
            _("An invitation lasts between 1 and 90 days."), code="out_of_range"
        )
    secret = new_secret()
    invitation = Invitation.objects.create(
        team=team,
        role=role,
        secret_hash=secret_hash(secret),
        created_by=actor,
        expires_at=timezone.now() + timedelta(days=days),
    )
    return invitation, secret


@transaction.atomic
def invitation_revoke(*, actor: User, team: Team, invitation_id: uuid.UUID) -> None:
    permission_check(person=actor, team=team, action=Action.MANAGE)
    revoked = (
        open_invitations()
        .filter(pk=invitation_id, team=team)
        .update(revoked_at=timezone.now())
    )
    if not revoked:
        raise NotFoundError(_("This invitation is no longer open."))


def invitation_find(*, secret: str) -> Invitation:
    """The open invitation of a link; used, old, revoked and invented look the same."""
    invitation = (
        open_invitations()
        .filter(secret_hash=secret_hash(secret))
        .select_related("team", "created_by")
        .first()
    )
    if invitation is None:
        raise NotFoundError(_("This invitation is no longer open."))
    return invitation


@transaction.atomic
def invitation_accept(*, person: User, invitation: Invitation) -> Membership:
    """Join the team, once: the first to come uses the link up.

    Somebody who is already on the team keeps the role they have, and the link.
    """
    membership = Membership.objects.filter(user=person, team=invitation.team).first()
    if membership is None:
        _use_up(invitation, person)
        membership = Membership.objects.create(
            user=person, team=invitation.team, role=invitation.role
        )
    team_select(person=person, team=invitation.team)
    return membership


def _use_up(invitation: Invitation, person: User) -> None:
    used = (
        open_invitations()
        .filter(pk=invitation.pk)
        .update(accepted_by=person, accepted_at=timezone.now())
    )
    if not used:
        raise NotFoundError(_("This invitation is no longer open."))
