"""Addresses of people and teams, beside allauth's under /accounts/."""

from django.urls import path

from webapp.accounts.views import invitations, settings, setup, teams

team = "teams/<uuid:team_id>/"
member = team + "members/<uuid:person_id>/"

urlpatterns = [
    path("settings/", settings.settings_page, name="accounts_settings"),
    path("settings/preferences/", settings.preferences, name="accounts_preferences"),
    path("teams/", teams.teams, name="accounts_teams"),
    path(team, teams.team_page, name="accounts_team"),
    path(team + "rename/", teams.rename, name="accounts_team_rename"),
    path(team + "select/", teams.select, name="accounts_team_select"),
    path(team + "leave/", teams.leave, name="accounts_team_leave"),
    path(member + "role/", teams.set_role, name="accounts_member_role"),
    path(member + "remove/", teams.remove, name="accounts_member_remove"),
    path(team + "invite/", invitations.invite, name="accounts_invite"),
    path(
        team + "invitations/<uuid:invitation_id>/revoke/",
        invitations.revoke,
        name="accounts_invitation_revoke",
    ),
    path(
        "invitations/<str:secret>/", invitations.invitation, name="accounts_invitation"
    ),
    path("setup/<str:secret>/", setup.setup, name="accounts_setup"),
]
