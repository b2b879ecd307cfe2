"""A bad value of the environment stops the start with its name and itself."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ImproperlyConfigured

from webapp.settings import env

Read = Callable[[str], object]
REFUSED: list[tuple[Read, list[str]]] = [
    (lambda name: env.integer(name, 1), ["x", "-1", "--5", "\u00b2", "1.5"]),
    (lambda name: env.seconds(name, 1), ["x", "0", "-1", "nan"]),
    (lambda name: env.flag(name, default=True), ["maybe", "2"]),
    (lambda name: env.choice(name, "a", ("a", "b")), ["c"]),
    (
        lambda name: env.address(name, "http://localhost"),
        [
            "tandem.example.org",
            "https://",
            "ftp://tandem.example.org",
            "https://tandem.example.org/chat",
            "https://tandem.example.org#chat",
            "http://tandem.example.org:port",
        ],
    ),
]


@pytest.mark.parametrize(
    ("read", "value"), [(read, value) for read, values in REFUSED for value in values]
)
def test_it_is_refused_by_name(
    read: Read, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANDEM_ODD", value)
    with pytest.raises(ImproperlyConfigured, match=r"^TANDEM_ODD=") as caught:
        read("TANDEM_ODD")
    assert value in str(caught.value)


@pytest.mark.parametrize(("read", "values"), REFUSED)
def test_an_empty_value_is_none(
    read: Read, values: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    default = read("TANDEM_ODD")
    monkeypatch.setenv("TANDEM_ODD", " ")
    assert read("TANDEM_ODD") == default


def test_an_address_may_have_a_port_and_a_last_slash(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TANDEM_ODD", "https://tandem.example.org:8443/")
    assert env.address("TANDEM_ODD", "") == "https://tandem.example.org:8443"
