"""People and teams in the admin."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from webapp.accounts.models import Membership, Team, User
from webapp.accounts.services import address_replace

# One door for all: allauth's page counts failed sign-ins.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # documented by allauth

admin.site.index_title = _("Overview")

# Roles in teams take the place of groups; addresses and sessions are their owners'.
for model in (Group, EmailAddress, UserSession):
    admin.site.unregister(model)


class PlaceInline(TabularInline):  # type: ignore[misc]  # unfold is untyped
    model = Membership
    extra = 0
    autocomplete_fields = ["team", "user"]
    verbose_name = _("place in a team")
    verbose_name_plural = _("places in teams")


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[misc, type-arg]  # untyped
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    inlines = [PlaceInline]
    ordering = ["email"]
    list_display = ["email", "name", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff", "is_superuser"]
    search_fields = ["email", "name"]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = ["user_permissions"]
    autocomplete_fields = ["active_team"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        (_("Preferences"), {"fields": ["language", "theme", "active_team"]}),
        (
            _("Rights"),
            {"fields": ["is_active", "is_staff", "is_superuser", "user_permissions"]},
        ),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["email", "name", "password1", "password2"],
            },
        )
    ]

    def has_change_permission(
        self, request: HttpRequest, obj: User | None = None
    ) -> bool:
        """Whoever may edit people may not so become, or take over, an administrator or
        somebody who reads what others wrote."""
        has_rights = obj is not None and (obj.is_staff or obj.is_superuser)
        if has_rights and not request.user.is_superuser and obj != request.user:
            return False
        return bool(super().has_change_permission(request, obj))

    def save_model(
        self, request: HttpRequest, obj: User, form: Any, change: Any
    ) -> None:
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            address_replace(person=obj)

    def has_delete_permission(
        self, request: HttpRequest, obj: User | None = None
    ) -> bool:
        """People are switched off: what they wrote, and who read it, stays theirs."""
        return False

    def get_readonly_fields(
        self, request: HttpRequest, obj: User | None = None
    ) -> list[str]:
        if request.user.is_superuser:
            return self.readonly_fields
        return [*self.readonly_fields, "is_staff", "is_superuser", "user_permissions"]


@admin.register(Team)
class TeamAdmin(ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    inlines = [PlaceInline]
    list_display = ["name", "size", "created_at"]
    search_fields = ["name"]
    readonly_fields = ["created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        teams: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = teams.annotate(size=Count("memberships"))
        return counted

    @display(description=_("people"), ordering="size")  # type: ignore[untyped-decorator]  # unfold
    def size(self, team: Any) -> int:
        size: int = team.size
        return size
