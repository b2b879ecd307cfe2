"""Who is at the other end of a socket, asked anew each time: rights end at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast

from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.http.cookie import parse_cookie
from django.utils import timezone, translation

from webapp.accounts.middleware import request_language
from webapp.accounts.models import User
from webapp.common.time_zone import time_zone_of


class Visitor:
    """Use from a thread: it reads the database."""

    def __init__(self, scope: dict[str, Any]) -> None:
        headers = {name: value.decode("latin1") for name, value in scope["headers"]}
        self._session_key = scope["session"].session_key
        self._cookies = parse_cookie(headers.get(b"cookie", ""))
        self._accepts = headers.get(b"accept-language", "")
        self.language = "en"
        self.time_zone = time_zone_of(self._cookies)

    def identify(self) -> User | None:
        """The person, if the session still holds, the account is active and the
        password is the one they signed in with."""
        if not self._session_key:
            return None
        store = SessionStore(self._session_key)
        # get_user looks at nothing of a request but its session.
        user = get_user(cast(HttpRequest, SimpleNamespace(session=store)))
        if not isinstance(user, User):
            return None
        self.language = self._language_of(user)
        return user

    @contextmanager
    def manner(self) -> Iterator[None]:
        """Words in their language, times as their clock shows them."""
        with translation.override(self.language), timezone.override(self.time_zone):
            yield

    def _language_of(self, person: User) -> str:
        request = HttpRequest()
        request.user = person
        request.COOKIES = self._cookies
        request.META["HTTP_ACCEPT_LANGUAGE"] = self._accepts
        return request_language(request)
