"""From what a service says to what a page or its script gets."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from webapp.accounts.permissions import ForbiddenError
from webapp.accounts.views.answers import PersonRequest
from webapp.common.errors import ApplicationError, NotFoundError
from webapp.workspace.rows import person_row
from webapp.workspace.services.writing import ConflictError

P = ParamSpec("P")
T = TypeVar("T")
Answer = dict[str, Any]


def as_json(
    view: Callable[Concatenate[PersonRequest, P], Answer],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Signed-in people only. What is refused is {"code", "message"}: 404 unknown, 403
    forbidden, 409 conflict, else 400."""

    @wraps(view)
    def answer(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if not request.user.is_authenticated:
            words = _("Sign in first.")
            return JsonResponse({"code": "signed_out", "message": words}, status=401)
        try:
            found = view(request, *args, **kwargs)  # type: ignore[arg-type]  # signed in
        except ApplicationError as error:
            return JsonResponse(_refusal(error), status=_status(error))
        return HttpResponse(msgspec.json.encode(found), content_type="application/json")

    return answer


def _status(error: ApplicationError) -> int:
    if isinstance(error, NotFoundError):
        return 404
    if isinstance(error, ForbiddenError):
        return 403
    return 409 if isinstance(error, ConflictError) else 400


def _refusal(error: ApplicationError) -> Answer:
    refusal: Answer = {"code": error.code, "message": str(error.message)}
    if isinstance(error, ConflictError):
        refusal["conflict"] = {
            "base": error.base,
            "theirs": error.theirs,
            "version": error.version,
            "person": person_row(error.person),
        }
    return refusal


def body_of(request: HttpRequest, shape: type[T]) -> T:
    """The request's JSON as a msgspec struct. Raises ApplicationError: body."""
    try:
        return msgspec.json.decode(request.body or b"{}", type=shape)
    except msgspec.DecodeError as error:
        raise ApplicationError(
            _("This is not what is expected here: %(problem)s") % {"problem": error},
            code="body",
        ) from error
