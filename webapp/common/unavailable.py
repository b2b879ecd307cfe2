"""What a person sees while Redis is away: a sentence, and when to come back."""

import logging
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from webapp.common.redis import RedisError

logger = logging.getLogger(__name__)
RETRY_AFTER_SECONDS = 5


class UnavailableMiddleware:
    """Sign-in counts attempts in Redis. Without it we neither let everybody try without
    limit nor show a broken page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        if not isinstance(exception, RedisError):
            return None
        logger.warning("%s %s: no Redis: %s", request.method, request.path, exception)
        response = render(request, "503.html", status=503)
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
