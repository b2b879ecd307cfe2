"""What can be wrong with rules that somebody brings."""


class SrxError(Exception):
    """Rules that cannot be used; `code` is for programs, `line` where in the file."""

    def __init__(self, code: str, detail: str = "", *, line: int | None = None) -> None:
        super().__init__(code, detail, line)
        self.code = code
        self.detail = detail
        self.line = line

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.code} {self.detail}".rstrip()
