"""Errors meant for people."""

from django.utils.functional import Promise


class ApplicationError(Exception):
    """Something a person asked for cannot be done; `message` says why, in words.

    `code` is stable and for programs. Doors turn it into a 4xx or an error frame.
    """

    def __init__(self, message: "str | Promise", *, code: str = "invalid") -> None:
        super().__init__(str(message))
        self.message = message
        self.code = code


class NotFoundError(ApplicationError):
    """It does not exist, or the asker may not see it: the same answer for both."""

    def __init__(self, message: "str | Promise") -> None:
        super().__init__(message, code="not_found")
