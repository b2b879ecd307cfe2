"""A person's own page."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from webapp.accounts.forms import PreferencesForm
from webapp.accounts.models import User
from webapp.accounts.services import person_update
from webapp.accounts.views.answers import PersonRequest, for_people

YEAR = 60 * 60 * 24 * 365


@require_GET
@for_people
def settings_page(request: PersonRequest) -> HttpResponse:
    return _page(request, PreferencesForm(initial=_preferences(request.user)))


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Change what is sent. A script gets 204, a form goes back to its page.

    Who is not signed in can choose a language, kept in a cookie.
    """
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        if _is_script(request) or not isinstance(request.user, User):
            return HttpResponse(form.errors.as_json(), status=400)
        return _page(request, form, status=400)
    given = form.given()
    if isinstance(request.user, User):
        person_update(person=request.user, **given)
    response = _answer(request)
    if "language" in given:
        _keep_language(response, given["language"])
    return response


def _answer(request: HttpRequest) -> HttpResponse:
    if _is_script(request):
        return HttpResponse(status=204)
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        return redirect(target)  # a page that shows by itself what has changed
    if isinstance(request.user, AnonymousUser):
        return redirect("account_login")
    messages.success(request, _("Saved."))
    return redirect("accounts_settings")


def _is_script(request: HttpRequest) -> bool:
    """Did a script ask, and not a form? A form's browser wants a page back."""
    return request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"


def _keep_language(response: HttpResponse, language: str) -> None:
    """For pages before the next sign-in."""
    if not language:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
        return
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=YEAR,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )


def _page(
    request: HttpRequest, form: PreferencesForm, *, status: int = 200
) -> HttpResponse:
    return render(request, "accounts/settings.html", {"form": form}, status=status)


def _preferences(person: User) -> dict[str, str]:
    return {
        "name": person.name,
        "language": person.language,
        "theme": person.theme,
    }
