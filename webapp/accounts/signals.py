"""What follows from a change, whoever made it: a page, the admin, a command."""

import uuid
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone

from webapp.accounts.hints import person_recheck
from webapp.accounts.models import Membership, User


@receiver(post_delete, sender=Session)
def close_sockets_of_the_session(*, instance: Session, **kwargs: Any) -> None:
    """Signed out, here or from another browser. Django's own signal comes before the
    session is gone, when a socket that checks would still find it."""
    if instance.expire_date < timezone.now():
        return  # housekeeping: its sockets closed when it ran out
    person_id = instance.get_decoded().get(SESSION_KEY)
    if person_id is not None:
        person_recheck(uuid.UUID(person_id))


# A change of one of these may take a right away; a theme or a last login does not.
RIGHTS = {"password", "is_active", "is_staff", "is_superuser", "active_team"}


@receiver(post_save, sender=User)
def follow_a_changed_person(
    *,
    instance: User,
    created: bool,
    update_fields: frozenset[str] | None,
    **kwargs: Any,
) -> None:
    if not created and (update_fields is None or RIGHTS & update_fields):
        person_recheck(instance.pk)
    if created and instance.is_superuser:
        # Made at the terminal or by the set-up link: nobody is there to confirm to.
        EmailAddress.objects.create(
            user=instance, email=instance.email, primary=True, verified=True
        )


@receiver(post_delete, sender=User)
def close_sockets_of_the_deleted(*, instance: User, **kwargs: Any) -> None:
    person_recheck(instance.pk)


@receiver(post_save, sender=Membership)
def follow_a_changed_role(*, instance: Membership, **kwargs: Any) -> None:
    person_recheck(instance.user_id)


@receiver(post_delete, sender=Membership)
def leave_the_team_on_view(*, instance: Membership, **kwargs: Any) -> None:
    """Whoever worked in that team works in the next one, or in none."""
    other = Membership.objects.filter(user_id=instance.user_id).first()
    User.objects.filter(pk=instance.user_id, active_team_id=instance.team_id).update(
        active_team_id=other.team_id if other else None
    )
    person_recheck(instance.user_id)
