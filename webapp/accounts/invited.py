"""The invitation that a browser carries from its link to the sign-up page."""

from django.http import HttpRequest

from webapp.accounts.models import Invitation
from webapp.accounts.selectors import open_invitations

KEY = "invitation"


def remember(request: HttpRequest, invitation: Invitation) -> None:
    """Keep the id, never the secret: sessions are stored."""
    request.session[KEY] = str(invitation.pk)


def recall(request: HttpRequest) -> Invitation | None:
    """The invitation, while it is still open."""
    kept = request.session.get(KEY)
    if kept is None:
        return None
    return open_invitations().filter(pk=kept).select_related("team").first()


def forget(request: HttpRequest) -> None:
    request.session.pop(KEY, None)
