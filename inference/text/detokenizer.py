"""Text from tokens, one at a time, without half a character."""

import codecs

from inference.text.token_bytes import TokenBytes


class Detokenizer:
    """The texts of `push`, joined, and `flush` at the end are the whole decoded text.

    Each push costs the token's own bytes, however long the answer is. Invalid bytes
    become U+FFFD; an unfinished character waits for its rest, and an answer that ends
    in one simply leaves it out (so that a continuation can complete it).
    """

    def __init__(self, token_bytes: TokenBytes) -> None:
        self._token_bytes = token_bytes
        self._utf8 = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._drops_space = token_bytes.drops_first_space

    def push(self, token_id: int) -> str:
        """The characters that this token completes; may be empty."""
        data = self._token_bytes[token_id]
        if self._drops_space and data:
            self._drops_space = False
            data = data.removeprefix(b" ")
        return self._utf8.decode(data)

    def flush(self) -> str:
        """What an unfinished character decodes to: U+FFFD, or nothing."""
        return self._utf8.decode(b"", final=True)
