"""The native program: compiled where it runs, on first use, and kept.

Compiling takes some seconds, once for each version of the program and each kind of
processor; the result may use everything that this processor has. Where there is no C
compiler, the torch program does the work.
"""

import ctypes
import hashlib
import logging
import platform
import shutil
import subprocess  # runs the system's compiler
import tempfile
from ctypes import CDLL, POINTER, c_int32, c_int64, c_void_p
from functools import cache
from pathlib import Path

from inference.models.native.layout import (
    LAYOUTS,
    BatchLayout,
    CacheLayout,
    LinearLayout,
    StackLayout,
)

log = logging.getLogger(__name__)

_SOURCES = Path(__file__).parent / "program"
_COMPILERS = ("cc", "gcc", "clang")
_FLAGS = (
    *("-shared", "-fPIC", "-std=gnu11", "-O3", "-march=native"),
    # Rounding must not depend on what the compiler finds convenient.
    *("-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-Wno-psabi"),
)
_COMPILE_SECONDS = 120


class NativeUnavailableError(Exception):
    """The program cannot be had here; the words say why."""


def library_load(directory: Path) -> CDLL:
    """The program, kept in `directory`. Raises NativeUnavailableError."""
    path = directory / f"tandem-{_fingerprint()}.so"
    if not path.exists():
        _compile(path)
    return _open(path)


@cache
def _open(path: Path) -> CDLL:
    try:
        library = ctypes.CDLL(str(path))
    except OSError as error:
        raise NativeUnavailableError(f"{path}: cannot be loaded: {error}") from error
    _declare(library)
    for number, layout in enumerate(LAYOUTS):
        if library.struct_bytes(number) != ctypes.sizeof(layout):
            raise NativeUnavailableError(f"{path}: {layout.__name__} is laid out anew")
    return library


def _fingerprint() -> str:
    """Of sources, flags and processor: another one gets a program of its own."""
    digest = hashlib.sha256(" ".join(_FLAGS).encode())
    for source in sorted(_SOURCES.iterdir()):
        digest.update(source.read_bytes())
    digest.update(_processor().encode())
    return digest.hexdigest()[:16]


def _processor() -> str:
    flags = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
        kinds = ("flags", "Features", "model name")
        flags = "\n".join(sorted({line for line in lines if line.startswith(kinds)}))
    return f"{platform.machine()} {platform.processor()} {flags}"


def _compile(path: Path) -> None:
    compiler = next(filter(None, map(shutil.which, _COMPILERS)), None)
    if compiler is None:
        raise NativeUnavailableError("there is no C compiler (cc, gcc or clang)")
    path.parent.mkdir(parents=True, exist_ok=True)
    sources = sorted(map(str, _SOURCES.glob("*.c")))
    log.info("compiling the native program with %s", compiler)
    with tempfile.TemporaryDirectory(prefix=".native-", dir=path.parent) as work:
        made = Path(work) / path.name
        command = [compiler, *_FLAGS, "-o", str(made), *sources, "-lm", "-lpthread"]
        try:
            subprocess.run(  # noqa: S603 - our own words and files
                command, check=True, capture_output=True, timeout=_COMPILE_SECONDS
            )
        except subprocess.CalledProcessError as error:
            lines = error.stderr.decode(errors="replace").strip().splitlines()
            reason = next((line for line in lines if "error" in line), "no reason")
            raise NativeUnavailableError(f"{compiler} failed: {reason}") from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NativeUnavailableError(f"{compiler} failed: {error}") from error
        made.replace(path)  # of two processes at once each makes a whole one


def _declare(library: CDLL) -> None:
    linear, stack = POINTER(LinearLayout), POINTER(StackLayout)
    batch = POINTER(BatchLayout)
    caches = (CacheLayout, CacheLayout)
    signatures: dict[str, tuple[object, tuple[object, ...]]] = {
        "struct_bytes": (c_int64, (c_int32,)),
        "pack_float": (None, (linear, c_int32, c_void_p, c_int32, c_int32)),
        "pack_quantise": (None, (linear, c_int32, c_void_p, c_int32, c_int32)),
        "pack_grid": (
            None,
            (linear, c_int32, c_void_p, c_void_p, c_void_p, c_int32, c_int32),
        ),
        "pack_exact": (
            None,
            (linear, c_int32, c_void_p, c_int32, c_int32, c_int32, c_int32),
        ),
        "cache_layer_bytes": (c_int64, (stack,)),
        "workspace_new": (c_void_p, (c_int32,)),
        "workspace_free": (None, (c_void_p,)),
        "workspace_reserve": (c_int32, (c_void_p, stack, stack, c_int32, c_int32)),
        "stack_decode": (None, (c_void_p, stack, linear, batch, *caches)),
        "stack_encode": (None, (c_void_p, stack, stack, batch, *caches)),
        "region_new": (c_void_p, (c_int64,)),
        "region_advise_large": (None, (c_void_p, c_int64)),
        "region_clear": (None, (c_void_p, c_int64)),
        "region_copy": (None, (c_void_p, c_void_p, c_int64)),
        "region_free": (None, (c_void_p, c_int64)),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
