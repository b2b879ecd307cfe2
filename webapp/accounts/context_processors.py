"""What every page's frame shows of the person."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from webapp.accounts import invited
from webapp.accounts.models import User
from webapp.accounts.selectors import team_list


def people(request: HttpRequest) -> dict[str, Any]:
    """Teams are looked up only where a template shows them."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {
            "theme": User.Theme.SYSTEM,
            "teams": [],
            "current_team": None,
            "signup_policy": settings.SIGNUP_POLICY,
            "invitation": SimpleLazyObject(lambda: invited.recall(request)),
        }
    return {
        "theme": user.theme,
        "teams": SimpleLazyObject(
            lambda: [place.team for place in team_list(person=user)]
        ),
        "current_team": SimpleLazyObject(lambda: user.active_team),
        "signup_policy": settings.SIGNUP_POLICY,
    }
