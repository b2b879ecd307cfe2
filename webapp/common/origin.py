"""Which pages may open a socket: ours, and nobody else's."""

from collections.abc import Iterable
from typing import Any

from channels.security.websocket import WebsocketDenier

_DEFAULT_PORTS = {"http://": ":80", "https://": ":443"}


class OwnOriginOnly:
    """Refuses a handshake whose Origin is not exactly one of ours.

    The browser writes the header, so comparing it whole is enough. Taking it apart, as
    channels' own validator does, raises on an origin that is no address.
    """

    def __init__(self, application: Any, allowed: Iterable[str]) -> None:
        self._application = application
        self._allowed = {as_browsers_write(origin) for origin in allowed}

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        origins = [value for name, value in scope["headers"] if name == b"origin"]
        is_ours = len(origins) == 1 and origins[0].decode("latin1") in self._allowed
        application = self._application if is_ours else WebsocketDenier()
        return await application(scope, receive, send)


def as_browsers_write(origin: str) -> str:
    """In lower case, without a port that goes without saying.

    >>> as_browsers_write("https://Tandem.example:443")
    'https://tandem.example'
    """
    origin = origin.lower().rstrip("/")
    for scheme, port in _DEFAULT_PORTS.items():
        if origin.startswith(scheme):
            origin = origin.removesuffix(port)
    return origin
