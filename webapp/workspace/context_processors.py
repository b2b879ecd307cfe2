"""What every page's frame shows of the workspace."""

from functools import cache
from typing import Any

from django.http import HttpRequest

from webapp.accounts.models import User
from webapp.workspace.mentions import mentions_new


def workspace(request: HttpRequest) -> dict[str, Any]:
    """Counted only where a template asks."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"num_mentions": 0}
    return {"num_mentions": cache(lambda: mentions_new(person=user).count())}
