"""What was seen before, in little memory."""

import hashlib
import sqlite3
from types import TracebackType
from typing import Self


class Seen:
    """A set that moves to a temporary file when it grows.

    Keeps 8 bytes of a hash of each text: among ten million, the chance that any two
    are taken for one is 3 in a million.
    """

    def __init__(self) -> None:
        # SQLite's own word for a private file that goes away with the connection.
        self._store = sqlite3.connect("", isolation_level=None)
        self._store.execute("PRAGMA journal_mode = OFF")
        self._store.execute("PRAGMA synchronous = OFF")
        self._store.execute("CREATE TABLE seen (hash INTEGER PRIMARY KEY)")
        self._store.execute("BEGIN")

    def add(self, text: str) -> bool:
        """Whether it is new."""
        digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
        number = int.from_bytes(digest, "big", signed=True)
        cursor = self._store.execute("INSERT OR IGNORE INTO seen VALUES (?)", (number,))
        return cursor.rowcount == 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._store.close()
