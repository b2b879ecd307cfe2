"""What the machine could do, and what a step needs of it: so one sees what binds."""

import json
import math
import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch

MEGABYTE = 1_000_000
READ_BYTES = 256 * 1024 * 1024  # more than any cache holds
MATRIX = 2048
TRIES = 7
# Bytes of a weight, and of the scale and zero that 32 of them share. A file of 4 bits
# keeps its output at 8.
WEIGHT_BYTES = {"fp32": 4.0, "bf16": 2.0, "int8": 1.125, "int4": 0.625}


@dataclass(frozen=True, slots=True)
class Ceilings:
    """Of this machine with so many threads."""

    read: float  # bytes a second
    fp32: float  # multiply-adds a second
    int8: float

    def arithmetic(self, precision: str) -> float:
        return self.int8 if precision in ("int8", "int4") else self.fp32


@dataclass(frozen=True, slots=True)
class Need:
    """What a step of so many rows takes at least."""

    bytes: float
    multiply_adds: float


@dataclass(frozen=True, slots=True)
class Shape:
    """A decoder's matrices and its cache, counted."""

    body: int  # weights of all layers
    head: int  # of the output
    cache: int  # numbers kept for each token: keys and values of all layers
    attention: int  # multiply-adds of a token with one token before it

    def need(self, precision: str, *, rows: int, context: float) -> Need:
        """`context`: tokens that each row looks back on."""
        cache_bytes = 4 if precision == "fp32" else 2
        head_precision = "int8" if precision == "int4" else precision
        return Need(
            bytes=self.body * WEIGHT_BYTES[precision]
            + self.head * WEIGHT_BYTES[head_precision]
            + rows * context * self.cache * cache_bytes,
            multiply_adds=rows * (self.body + self.head + context * self.attention),
        )


def shape_read(directory: Path) -> Shape:
    """Of a Llama-like model, from its config.json."""
    config = json.loads((directory / "config.json").read_text(encoding="utf-8"))
    width, heads = config["hidden_size"], config["num_attention_heads"]
    head = config.get("head_dim") or width // heads
    kv_heads = config.get("num_key_value_heads", heads)
    layers = config["num_hidden_layers"]
    attention = 2 * width * heads * head + 2 * width * kv_heads * head
    layer = attention + 3 * width * config["intermediate_size"]
    return Shape(
        body=layers * layer,
        head=config["vocab_size"] * width,
        cache=layers * 2 * kv_heads * head,
        attention=layers * 2 * heads * head,
    )


def binds(need: Need, precision: str, seconds: float, ceilings: Ceilings) -> str:
    """In words: which of memory, arithmetic and the rest takes most of a step.

    Reading and arithmetic overlap, so the longer of the two is the least that a step
    can take; what is above it is overhead (or caches, threads that wait, other work).
    """
    reading = need.bytes / ceilings.read
    arithmetic = need.multiply_adds / ceilings.arithmetic(precision)
    floor = max(reading, arithmetic)
    if floor < seconds / 2:
        name = "overhead"
    else:
        name = "memory" if reading >= arithmetic else "arithmetic"
    return (
        f"{name}: {_ms(seconds)} a step; {need.bytes / MEGABYTE:.0f} MB take"
        f" {_ms(reading)}, {need.multiply_adds / 1e9:.2f} G multiply-adds"
        f" {_ms(arithmetic)}"
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms"


def ceilings_measure(threads: int) -> Ceilings:
    """In a process of its own, whose threads are gone when the sides begin."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        return pool.submit(_measure, threads).result()


def _measure(threads: int) -> Ceilings:
    torch.set_num_threads(threads)
    numbers = torch.ones(READ_BYTES // 8, dtype=torch.int64)
    floats = torch.ones(MATRIX, MATRIX)
    return Ceilings(
        read=READ_BYTES / _best(numbers.sum),
        fp32=MATRIX**3 / _best(lambda: floats @ floats),
        int8=MATRIX**3 / _best(_bytes_product()),
    )


def _bytes_product() -> Callable[[], object]:
    """oneDNN's: torch's own crawls on a processor without a dot product of bytes."""
    shape = (MATRIX, MATRIX)
    values = torch.ones(shape, dtype=torch.uint8)
    weights = torch.ones(shape, dtype=torch.int8)
    packed = torch.ops.onednn.qlinear_prepack(weights, list(shape))
    scales, zeros = torch.ones(MATRIX), torch.zeros(MATRIX, dtype=torch.int32)
    activations, channels = (values, 1.0, 0), (packed, scales, zeros)
    no_options: list[float] = []
    output = (None, 1.0, 0, torch.float32, "none", no_options, "")
    multiply = torch.ops.onednn.qlinear_pointwise
    return lambda: multiply(*activations, *channels, *output)


def _best(call: Callable[[], object]) -> float:
    """A ceiling is what the machine can do when nothing is in its way."""
    best = math.inf
    for _ in range(TRIES):
        began = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - began)
    return best
