"""What the list of sessions calls a browser."""

import pytest

from webapp.accounts.browser import browser_name

KIT = "AppleWebKit/537 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
            "Firefox on Linux",
        ),
        (
            f"Mozilla/5.0 (Windows NT 10.0) {KIT} Chrome/140 Safari/537 Edg/140",
            "Edge on Windows",
        ),
        (
            f"Mozilla/5.0 (Linux; Android 14) {KIT} Chrome/140 Safari/537",
            "Chrome on Android",
        ),
        (
            f"Mozilla/5.0 (iPhone; CPU OS 18 like Mac OS X) {KIT} Safari/604",
            "Safari on iPhone",
        ),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "Unknown browser"),
    ],
)
def test_it_is_said_as_its_owner_would(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name
