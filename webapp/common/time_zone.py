"""The reader's own time zone: "today" is a day of theirs, not of the server.

The browser tells it in a cookie (static/js/lib/time_zone.js).
"""

import re
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

COOKIE = "time_zone"
# A name is part of a path, and other files lie beside the zones.
_NAME = re.compile(r"[A-Za-z0-9_+\-]{1,32}(/[A-Za-z0-9_+\-]{1,32}){0,2}")


class TimeZoneMiddleware:
    """Show times as the reader's clock does; without the cookie as the server's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(time_zone_of(request.COOKIES)):
            return self.get_response(request)


def time_zone_of(cookies: Mapping[str, str]) -> ZoneInfo | None:
    """None: the server's own will do.

    >>> time_zone_of({"time_zone": "Asia/Shanghai"})
    zoneinfo.ZoneInfo(key='Asia/Shanghai')
    >>> time_zone_of({"time_zone": "../../etc/passwd"})
    """
    name = cookies.get(COOKIE, "")
    if not _NAME.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # no zone, or no file of one
        return None
