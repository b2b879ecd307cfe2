"""What changes people and teams. The only writers of their tables."""

from webapp.accounts.services.invitations import (
    invitation_accept,
    invitation_create,
    invitation_find,
    invitation_revoke,
)
from webapp.accounts.services.members import (
    member_remove,
    member_set_role,
    team_leave,
)
from webapp.accounts.services.people import address_replace, person_update
from webapp.accounts.services.setup import (
    setup_link_create,
    setup_link_is_open,
    setup_link_use,
)
from webapp.accounts.services.teams import team_create, team_rename, team_select

__all__ = [
    "address_replace",
    "invitation_accept",
    "invitation_create",
    "invitation_find",
    "invitation_revoke",
    "member_remove",
    "member_set_role",
    "person_update",
    "setup_link_create",
    "setup_link_is_open",
    "setup_link_use",
    "team_create",
    "team_leave",
    "team_rename",
    "team_select",
]
