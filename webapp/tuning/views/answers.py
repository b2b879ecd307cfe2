"""From what a service says to what an administrator's page shows."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from webapp.accounts.models import User
from webapp.common.errors import ApplicationError, NotFoundError
from webapp.tuning.selectors import administrator_check

P = ParamSpec("P")


class PersonRequest(HttpRequest):
    """A request of an administrator."""

    user: User


def for_administrators(
    view: Callable[Concatenate[PersonRequest, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """To others none of it exists. What cannot be done is said on the models' page."""

    @login_required
    @wraps(view)
    def answer(
        request: HttpRequest, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        person_request = cast("PersonRequest", request)
        try:
            administrator_check(person_request.user)
            return view(person_request, *args, **kwargs)
        except NotFoundError as error:
            raise Http404(str(error.message)) from error
        except ApplicationError as error:
            messages.error(request, str(error.message))
            return redirect("tuning_models")

    return cast("Callable[..., HttpResponse]", answer)
