"""How engines run. Built from settings by whoever starts them; reads no environment."""

import os
from dataclasses import dataclass
from enum import StrEnum


class Device(StrEnum):
    AUTO = "auto"  # CUDA where there is one
    CPU = "cpu"
    CUDA = "cuda"


class Precision(StrEnum):
    """How weights are kept on a CPU; on CUDA they are bf16."""

    AUTO = "auto"  # the fastest of proven quality; fp32 where nothing can be compiled
    FP32 = "fp32"  # exact
    INT8 = "int8"  # weights and activations of 8 bits in groups of 32


_FEW_CORES = 2


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """Checks itself when built: ValueError names the wrong field.

    None means: chosen for the device when the model is loaded.
    """

    device: Device = Device.AUTO
    precision: Precision = Precision.AUTO
    num_threads: int | None = None  # of the CPU; None: see `threads`
    max_running: int = 16  # requests that get tokens at the same time
    prefill_chunk: int | None = None  # prompt tokens in a step that others share
    kv_bytes: int | None = None  # hard limit of keys and values, cached ones included
    interactive_slots: int | None = None  # kept free of batch work; None: a quarter
    scripted: bool = False  # offer the model `scripted`, for tests and measurements

    def __post_init__(self) -> None:
        if not isinstance(self.device, Device):
            raise ValueError(f"device: must be auto, cpu or cuda, not {self.device!r}")
        if not isinstance(self.precision, Precision):
            raise ValueError(
                f"precision: must be auto, fp32 or int8, not {self.precision!r}"
            )
        _check_whole("max_running", self.max_running, most=1024)
        if self.interactive_slots is not None:
            _check_whole("interactive_slots", self.interactive_slots, most=1024)
        if self.num_threads is not None:
            _check_whole("num_threads", self.num_threads, most=1024)
        if self.prefill_chunk is not None:
            _check_whole("prefill_chunk", self.prefill_chunk, most=65_536)
        if self.kv_bytes is not None:
            _check_whole("kv_bytes", self.kv_bytes, most=2**50)

    @property
    def threads(self) -> int:
        """One core of many stays free, because threads wait for each other, and for a
        neighbour that holds one of them up. Of two, both work: see `Threads` in
        docs/performance.md."""
        cores = os.cpu_count() or 1
        return self.num_threads or (cores if cores <= _FEW_CORES else cores - 1)


def _check_whole(name: str, value: object, *, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{name}: must be a whole number, not {value!r}")
    if not 1 <= value <= most:
        raise ValueError(f"{name}: must be from 1 to {most}, not {value}")
