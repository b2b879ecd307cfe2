"""What each request knows about the person: their language, and that they are here."""

from collections.abc import Callable
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

SEEN_EVERY = timedelta(minutes=5)
GetResponse = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """Answer in the person's language, else the cookie's, else the browser's."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = request_language(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        patch_vary_headers(response, ["Accept-Language"])
        response.headers.setdefault("Content-Language", language)
        return response


def request_language(request: HttpRequest) -> str:
    chosen: str = getattr(request.user, "language", "")
    if chosen in dict(settings.LANGUAGES):
        return chosen
    return translation.get_language_from_request(request)


class SessionActivityMiddleware:
    """Note when and where a session was last seen, not at every request: a write for
    each page would make readers wait for writers."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and _is_due(request.session.session_key):
            UserSession.objects.create_from_request(request)
        return self.get_response(request)


def _is_due(session_key: str | None) -> bool:
    recently = timezone.now() - SEEN_EVERY
    return not UserSession.objects.filter(
        session_key=session_key, last_seen_at__gt=recently
    ).exists()
