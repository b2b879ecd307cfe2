"""A person's browser, as far as the product can tell: HTTP and one socket."""

import asyncio
import http.cookiejar
import itertools
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

ANSWER_SECONDS = 60.0  # longer than that, and the product does not answer


class Visitor:
    """Signed in over HTTP, with a session of their own."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self._jar)
        )

    def sign_in(self, email: str, password: str) -> None:
        address = f"{self._base_url}/accounts/login/"
        self._opener.open(address, timeout=ANSWER_SECONDS).close()
        form = {
            "login": email,
            "password": password,
            "csrfmiddlewaretoken": self._cookies["csrftoken"],
        }
        data = urllib.parse.urlencode(form).encode()
        self._opener.open(address, data, timeout=ANSWER_SECONDS).close()
        if "sessionid" not in self._cookies:
            raise RuntimeError(f"{email} could not sign in")

    def get(self, path: str) -> dict[str, Any]:
        address = f"{self._base_url}{path}"
        with self._opener.open(address, timeout=ANSWER_SECONDS) as response:
            answer: dict[str, Any] = json.load(response)
        return answer

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer; an error has a `code`."""
        request = urllib.request.Request(
            f"{self._base_url}{path}",
            json.dumps(body).encode(),
            {
                "Content-Type": "application/json",
                "X-CSRFToken": self._cookies["csrftoken"],
            },
        )
        try:
            with self._opener.open(request, timeout=ANSWER_SECONDS) as response:
                answer: dict[str, Any] = json.load(response)
        except urllib.error.HTTPError as error:
            answer = json.load(error)
        return answer

    @asynccontextmanager
    async def socket(self, path: str) -> AsyncIterator["Socket"]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        address = self._base_url.replace("http://", "ws://") + path
        async with connect(
            address,
            origin=self._base_url,  # type: ignore[arg-type]  # a NewType of str
            additional_headers={"Cookie": cookies},
            max_size=None,
            proxy=None,
        ) as connection:
            socket = Socket(connection)
            reading = asyncio.create_task(socket.read())
            try:
                yield socket
            finally:
                reading.cancel()

    @property
    def _cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self._jar}


class Socket:
    """Frames that are asked, each with its answer; what is told beside is kept."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._refs = itertools.count()
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.rows: dict[int, dict[str, Any]] = {}  # as they were last told

    async def ask(self, type_: str, **fields: Any) -> dict[str, Any]:
        ref = str(next(self._refs))
        answer = asyncio.get_running_loop().create_future()
        self._waiting[ref] = answer
        await self._connection.send(json.dumps({"type": type_, "ref": ref, **fields}))
        async with asyncio.timeout(ANSWER_SECONDS):
            found: dict[str, Any] = await answer
        if found["type"] == "ok" and "row" in found:
            self._take(found["row"])
        return found

    async def read(self) -> None:
        """Until the socket closes; who still waits then is told so."""
        try:
            async for message in self._connection:
                frame = json.loads(message)
                waiting = self._waiting.pop(str(frame.get("ref")), None)
                if waiting is not None and not waiting.done():
                    waiting.set_result(frame)
                for row in frame.get("rows", ()):
                    self._take(row)
        finally:
            for waiting in self._waiting.values():
                waiting.cancel("the socket is closed")

    def _take(self, row: dict[str, Any]) -> None:
        known = self.rows.get(row["id"])
        if known is None or known["version"] <= row["version"]:
            self.rows[row["id"]] = row
