"""Memory for the native program, outside Python's own heap."""

import weakref
from ctypes import CDLL

_CHUNK_BYTES = 64 << 20
_ALIGNMENT = 64


class Region:
    """Address space that takes memory only where it is written; it begins as zeros."""

    def __init__(self, library: CDLL, num_bytes: int) -> None:
        """Raises MemoryError."""
        base = library.region_new(max(1, num_bytes))
        if base is None:
            raise MemoryError(f"no address space of {num_bytes} bytes is left")
        self.base: int = base
        self._library = library
        self.num_bytes = num_bytes
        self._free = weakref.finalize(
            self, library.region_free, base, max(1, num_bytes)
        )

    def clear(self, offset: int, num_bytes: int) -> None:
        """Give the memory of whole pages back; they read as zeros again."""
        self._library.region_clear(self.base + offset, num_bytes)

    def copy(self, target: int, source: int, num_bytes: int) -> None:
        self._library.region_copy(self.base + target, self.base + source, num_bytes)


class Arena:
    """Many pieces, never given back alone, in few regions of large pages."""

    def __init__(self, library: CDLL) -> None:
        self._library = library
        self._regions: list[Region] = []
        self._used = 0

    def take(self, num_bytes: int) -> int:
        """The address of so many zero bytes, on a cache line. Raises MemoryError."""
        num_bytes = -(-num_bytes // _ALIGNMENT) * _ALIGNMENT
        if not self._regions or self._used + num_bytes > self._regions[-1].num_bytes:
            region = Region(self._library, max(num_bytes, _CHUNK_BYTES))
            self._library.region_advise_large(region.base, region.num_bytes)
            self._regions.append(region)
            self._used = 0
        address = self._regions[-1].base + self._used
        self._used += num_bytes
        return address
