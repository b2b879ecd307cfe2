"""Times are the reader's own: a cookie tells the zone, and is not trusted."""

from zoneinfo import ZoneInfo

import pytest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from webapp.common.time_zone import TimeZoneMiddleware, time_zone_of


def zone_during(cookie: str | None) -> str:
    """The zone in which a view of this request shows times."""
    request = HttpRequest()
    if cookie is not None:
        request.COOKIES["time_zone"] = cookie

    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(timezone.get_current_timezone()))

    return TimeZoneMiddleware(view)(request).content.decode()


@pytest.mark.parametrize(
    "name", ["Asia/Shanghai", "America/Argentina/Ushuaia", "Etc/GMT+12", "UTC"]
)
def test_a_view_sees_the_readers_zone(name: str) -> None:
    assert zone_during(name) == name
    assert timezone.get_current_timezone_name() == "UTC", "only during this request"


@pytest.mark.parametrize(
    "name",
    [
        None,
        "",
        "Mars/Olympus",
        "Europe",  # a folder
        "leapseconds",  # a file, but of no zone
        "zone.tab",
        "../../../etc/passwd",
        "/etc/passwd",
        "Asia/Shanghai\x00",
        "Asia//Shanghai",
        "a" * 10_000,
        "上海",
    ],
)
def test_what_is_no_zone_is_the_servers_own(name: str | None) -> None:
    assert zone_during(name) == "UTC"


def test_a_socket_reads_the_same_cookie() -> None:
    assert time_zone_of({"time_zone": "Asia/Tokyo"}) == ZoneInfo("Asia/Tokyo")
