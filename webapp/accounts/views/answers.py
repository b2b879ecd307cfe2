"""From what a service says to what a page shows."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from webapp.accounts.models import User
from webapp.accounts.permissions import ForbiddenError
from webapp.common.errors import ApplicationError, NotFoundError

P = ParamSpec("P")


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User


def for_people(
    view: Callable[Concatenate[PersonRequest, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Signed-in people only; unknown is 404, forbidden 403, the rest is said in words
    on the page they came from."""

    @login_required
    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(cast("PersonRequest", request), *args, **kwargs)
        except NotFoundError as error:
            raise Http404(str(error.message)) from error
        except ForbiddenError as error:
            raise PermissionDenied(str(error.message)) from error
        except ApplicationError as error:
            messages.error(request, str(error.message))
            return redirect(_page_of(kwargs))

    return answer


def _page_of(kwargs: dict[str, object]) -> str:
    if "team_id" in kwargs:
        return reverse("accounts_team", args=[kwargs["team_id"]])
    return reverse("accounts_teams")
