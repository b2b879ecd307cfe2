"""The admin's own, looser Content-Security-Policy."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

GetResponse = Callable[[HttpRequest], HttpResponse]


class AdminPolicyMiddleware:
    """Tell django-csp, which runs after us, what pages under /admin/ may do more.

    See docs/decisions/0003-admin-csp.md. Everywhere else the strict policy holds.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(reverse("admin:index")):
            # The attribute is how django-csp's own decorators speak to it.
            vars(response)["_csp_update"] = settings.ADMIN_CONTENT_SECURITY_POLICY
        return response
