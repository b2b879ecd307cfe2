"""How allauth signs people up and in here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.forms import Form
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from webapp.accounts import invited
from webapp.accounts.email_address import normalise_email, validate_plain_email
from webapp.accounts.models import User
from webapp.accounts.services import invitation_accept
from webapp.common.errors import NotFoundError


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed means closed, invited or not."""
        if settings.SIGNUP_POLICY == "invitation":
            return invited.recall(request) is not None
        return bool(settings.SIGNUP_POLICY == "open")

    def clean_email(self, email: str) -> str:
        validate_plain_email(email)
        return normalise_email(email)

    def save_user(
        self,
        request: HttpRequest,
        user: User,
        form: Form,
        commit: bool = True,  # noqa: FBT001, FBT002  # allauth's signature
    ) -> User:
        """The person, and their place in the team that invited them: both or none."""
        user.name = form.cleaned_data.get("name", "")
        try:
            with transaction.atomic():
                super().save_user(request, user, form, commit)
                self._join_the_inviting_team(request, user)
        except IntegrityError:
            # A second press of the button overtook the check of the form.
            messages.error(request, _("This address has an account. Sign in."))
            raise ImmediateHttpResponse(redirect("account_login")) from None
        except NotFoundError as error:
            messages.error(request, str(error.message))
            raise ImmediateHttpResponse(redirect("account_signup")) from None
        return user

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        if "email" in credentials:
            credentials["email"] = normalise_email(credentials["email"])
        user: User | None = super().authenticate(request, **credentials)
        return user

    def _join_the_inviting_team(self, request: HttpRequest, user: User) -> None:
        invitation = invited.recall(request)
        if invitation is None:
            if settings.SIGNUP_POLICY != "open":
                raise NotFoundError(_("This invitation is no longer open."))
            return
        invitation_accept(person=user, invitation=invitation)
        invited.forget(request)

    def _get_login_attempts_cache_key(
        self, request: HttpRequest, **credentials: Any
    ) -> str:
        """Count failures for an address *from one place*.

        allauth counts them for the address alone, so that a stranger who types wrong
        passwords locks the owner out everywhere.
        """
        key = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{key}:{get_ip(request)}"
