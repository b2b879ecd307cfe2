"""Keep private pages out of every cache."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers


class NoStoreMiddleware:
    """What a signed-in person was shown is not found again after signing out.

    Applies to HTML only: static files and the string catalogue may be cached.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_html = response.headers.get("Content-Type", "").startswith("text/html")
        if is_html and request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store"
            patch_vary_headers(response, ["Cookie"])
        return response
