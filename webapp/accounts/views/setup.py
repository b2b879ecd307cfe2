"""The page behind the one-time set-up link."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from webapp.accounts.forms import SetupForm
from webapp.accounts.services import setup_link_is_open, setup_link_use
from webapp.common.errors import ApplicationError, NotFoundError

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest, *, secret: str) -> HttpResponse:
    if not setup_link_is_open(secret=secret):
        return render(request, "accounts/setup_over.html", status=404)
    form = SetupForm(request.POST or None)
    if form.is_valid():
        try:
            return _make_administrator(request, form, secret)
        except NotFoundError:
            return render(request, "accounts/setup_over.html", status=404)
        except ApplicationError as error:
            form.add_error(None, str(error.message))
    status = 400 if form.is_bound else 200
    return render(request, "accounts/setup.html", {"form": form}, status=status)


def _make_administrator(
    request: HttpRequest, form: SetupForm, secret: str
) -> HttpResponse:
    user = setup_link_use(secret=secret, **form.cleaned_data)
    login(request, user, backend=BACKEND)
    return redirect("admin:index")
