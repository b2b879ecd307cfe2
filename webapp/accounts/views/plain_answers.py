"""From what a service says to what a page gets."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from webapp.accounts.permissions import ForbiddenError
from webapp.accounts.views.answers import PersonRequest
from webapp.common.errors import ApplicationError, NotFoundError

__all__ = ["PersonRequest", "for_people"]

P = ParamSpec("P")


def for_people(
    view: Callable[Concatenate[PersonRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Signed-in people only. Unknown is 404, forbidden 403, the rest 400 in words: a
    page for who goes from page to page, plain text for a script."""

    @wraps(view)
    def answer(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)  # type: ignore[arg-type]  # signed in
        except NotFoundError as error:
            raise Http404(str(error.message)) from error
        except ForbiddenError as error:
            return _words(request, error, status=403)
        except ApplicationError as error:
            return _words(request, error, status=400)

    return login_required(answer)


def _words(
    request: HttpRequest, error: ApplicationError, *, status: int
) -> HttpResponse:
    words = str(error.message)
    if request.headers.get("Sec-Fetch-Mode") != "navigate":
        return HttpResponse(words, status=status, content_type="text/plain")
    context = {"words": words, "back": _page_before(request)}
    return render(request, "refused.html", context, status=status)


def _page_before(request: HttpRequest) -> str:
    """Where the person came from, if that was here."""
    page = request.headers.get("Referer", "")
    hosts = {request.get_host()}
    return page if url_has_allowed_host_and_scheme(page, allowed_hosts=hosts) else "/"
