"""The one shape of all formats.

A format is a module with two functions and a FORMAT that names them:

    read(data, *, source_language, target_language, limits) -> ParsedFile
    write(original, translations, *, source_language, target_language, limits) -> bytes

`write` gives back the original with only the translations changed: byte for byte the
same when there is none, or none that differs from what the file has. Both raise
FormatError and nothing else, whatever the bytes. Neither touches disk or network.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from webapp.workspace.formats.limits import DEFAULT_LIMITS, Limits
from webapp.workspace.formats.unit import ParsedFile, Translation


class Read(Protocol):
    def __call__(
        self,
        data: bytes,
        *,
        source_language: str,
        target_language: str,
        limits: Limits = DEFAULT_LIMITS,
    ) -> ParsedFile: ...


class Write(Protocol):
    def __call__(
        self,
        original: bytes,
        translations: Mapping[str, Translation],
        *,
        source_language: str,
        target_language: str,
        limits: Limits = DEFAULT_LIMITS,
    ) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Format:
    """A format by name. `looks_right` is asked with the beginning of a file, decoded
    as well as can be; a binary format is asked with its bytes as Latin-1."""

    name: str
    extensions: tuple[str, ...]  # with the dot, lower case; the usual one first
    read: Read
    write: Write
    looks_right: Callable[[str], bool]
    is_bilingual: bool = False  # source and target in one file
    is_binary: bool = False
    is_archive: bool = False  # unpacked to be read: to be done in a limited process
