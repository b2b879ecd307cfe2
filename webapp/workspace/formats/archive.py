"""A zip file in memory: unpacked within limits, and written back with only some of its
entries replaced. All others are copied as they are packed."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from webapp.workspace.formats.limits import Limits
from webapp.workspace.formats.problem import FormatError, Problem

MAX_ENTRIES = 5_000
MAX_UNPACKED = 256 * 1024 * 1024  # bytes, of all entries together
MAX_RATIO = 200  # unpacked to packed: what people write reaches about 50
_SMALL = 1024 * 1024  # an entry up to this may have any ratio
_ENCRYPTED = 0x1
_SIZES_FOLLOW = 0x8  # flag: the sizes stand behind the data
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_TOO_BIG_FOR_ZIP = 0xFFFFFFFF  # stands for a number that is written elsewhere
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """From `start` to `end` of the file: its header, its data, what follows them."""

    info: zipfile.ZipInfo
    start: int
    end: int


class Archive:
    """Raises FormatError for what is damaged, encrypted, or would grow too large:
    sizes are looked at before anything is unpacked."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        limits.check_size(data)
        self._data = data
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _FAULTS as error:
            raise _damaged("zip") from error
        self._check_sizes()
        self._records, self._end_at = self._directory()
        self._entries = self._laid_out()

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def read(self, name: str) -> bytes:
        entry = self._entries.get(name)
        if entry is None:
            raise FormatError(Problem.MISSING, element=name)
        try:
            with self._zip.open(entry.info) as file:
                return file.read(entry.info.file_size)
        except _FAULTS as error:
            raise _damaged(name) from error

    def replaced(self, contents: Mapping[str, bytes]) -> bytes:
        """The file with other contents of these entries."""
        written = bytearray()
        central = bytearray()
        for name, entry in self._entries.items():
            record = self._records[name]
            offset = len(written)
            if name in contents:
                packed = _packed(contents[name])
                written += _local(entry.info, contents[name], packed)
                record = _resized(record, contents[name], packed)
            else:
                written += self._data[entry.start : entry.end]
            central += _moved(record, offset)
        return bytes(written + central) + self._end(len(written))

    def _check_sizes(self) -> None:
        infos = self._zip.infolist()
        if len(infos) > MAX_ENTRIES or sum(i.file_size for i in infos) > MAX_UNPACKED:
            raise FormatError(Problem.ARCHIVE_TOO_LARGE, limit=MAX_UNPACKED)
        for info in infos:
            ratio = info.file_size / max(info.compress_size, 1)
            if info.file_size > _SMALL and ratio > MAX_RATIO:
                raise FormatError(Problem.ARCHIVE_TOO_LARGE, limit=MAX_UNPACKED)
            if info.flag_bits & _ENCRYPTED:
                raise FormatError(Problem.ENCRYPTED)

    def _laid_out(self) -> dict[str, _Entry]:
        """Entries one after another. They must not share a byte, nor a name."""
        infos = sorted(self._zip.infolist(), key=lambda info: info.header_offset)
        starts = [info.header_offset for info in infos]
        if starts[:1] != [0]:
            raise _damaged("zip")
        ends = [*starts[1:], self._zip.start_dir]
        entries: dict[str, _Entry] = {}
        for info, start, end in zip(infos, starts, ends, strict=True):
            smallest = start + _LOCAL.size + info.compress_size
            is_whole = self._data.startswith(b"PK\x03\x04", start) and end >= smallest
            if info.orig_filename in entries or not is_whole:
                raise _damaged(info.filename)
            entries[info.orig_filename] = _Entry(info, start, end)
        return entries

    def _directory(self) -> tuple[dict[str, bytes], int]:
        """Each entry's record at the end of the file, by its name, and what follows
        them."""
        records: dict[str, bytes] = {}
        position = self._zip.start_dir
        for info in self._zip.infolist():
            try:
                fields = _CENTRAL.unpack_from(self._data, position)
            except struct.error as error:
                raise _damaged("zip") from error
            length = _CENTRAL.size + sum(fields[10:13])
            records[info.orig_filename] = self._data[position : position + length]
            is_plain = fields[16] == info.header_offset
            is_plain = is_plain and _TOO_BIG_FOR_ZIP not in fields[8:10]
            if fields[0] != b"PK\x01\x02" or not is_plain:
                raise _damaged(info.filename)
            position += length
        if not self._data.startswith(b"PK\x05\x06", position):
            raise _damaged("zip")
        return records, position

    def _end(self, start_of_directory: int) -> bytes:
        """The last record, with the place of the directory in it."""
        fields = list(_END.unpack_from(self._data, self._end_at))
        fields[6] = start_of_directory
        rest = self._data[self._end_at + _END.size :]
        return _END.pack(*fields) + rest


def _packed(content: bytes) -> bytes:
    packer = zlib.compressobj(
        zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS
    )
    return packer.compress(content) + packer.flush()


def _local(info: zipfile.ZipInfo, content: bytes, packed: bytes) -> bytes:
    """Header and data. The time is the entry's own: it says nothing of the change."""
    name = info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437")
    year, month, day, hour, minute, second = info.date_time
    header = _LOCAL.pack(
        b"PK\x03\x04",
        20,
        info.flag_bits & ~_SIZES_FOLLOW,
        zipfile.ZIP_DEFLATED,
        hour << 11 | minute << 5 | second // 2,
        (year - 1980) << 9 | month << 5 | day,
        zlib.crc32(content),
        len(packed),
        len(content),
        len(name),
        0,
    )
    return header + name + packed


def _resized(record: bytes, content: bytes, packed: bytes) -> bytes:
    fields = list(_CENTRAL.unpack_from(record))
    fields[3] &= ~_SIZES_FOLLOW
    fields[4] = zipfile.ZIP_DEFLATED
    fields[7:10] = zlib.crc32(content), len(packed), len(content)
    return _CENTRAL.pack(*fields) + record[_CENTRAL.size :]


def _moved(record: bytes, offset: int) -> bytes:
    fields = list(_CENTRAL.unpack_from(record))
    fields[16] = offset
    return _CENTRAL.pack(*fields) + record[_CENTRAL.size :]


def _damaged(element: str) -> FormatError:
    return FormatError(Problem.ARCHIVE_DAMAGED, element=element)
