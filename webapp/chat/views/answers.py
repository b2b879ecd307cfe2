"""From what a service says to what a page gets."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from webapp.accounts.permissions import ForbiddenError
from webapp.accounts.views.answers import PersonRequest
from webapp.common.errors import ApplicationError, NotFoundError

__all__ = ["PersonRequest", "for_people"]

P = ParamSpec("P")


def for_people(
    view: Callable[Concatenate[PersonRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Signed-in people only. Unknown is 404, forbidden 403, the rest 400 in words."""

    @wraps(view)
    def answer(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)  # type: ignore[arg-type]  # signed in
        except NotFoundError as error:
            raise Http404(str(error.message)) from error
        except ForbiddenError as error:
            return _words(error, status=403)
        except ApplicationError as error:
            return _words(error, status=400)

    return login_required(answer)


def _words(error: ApplicationError, *, status: int) -> HttpResponse:
    return HttpResponse(str(error.message), status=status, content_type="text/plain")
