"""`SlotModel` on the CPU, by the native program."""

import weakref
from collections.abc import Mapping, Sequence
from ctypes import CDLL, byref
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from inference.config import Precision
from inference.models.blueprint import Blueprint
from inference.models.native.batch import Batch, repeated
from inference.models.native.layout import BatchLayout, CacheLayout, StackLayout
from inference.models.native.library import NativeUnavailableError, library_load
from inference.models.native.outliers import outliers_find, probe_tokens
from inference.models.native.pack import Packer
from inference.models.native.regions import Region
from inference.models.slot_model import Span, StepResult

_PAGE = 64  # positions, as in program/tandem.h
_WIDEST_HEAD = 256  # HEAD_GROUPS * GROUP there
_SYSTEM_PAGE = 4096  # bytes in which memory is given back


def native_model_load(
    blueprint: Blueprint,
    *,
    precision: Precision,
    num_threads: int,
    num_slots: int,
    library_directory: Path,
) -> "NativeModel":
    """AUTO keeps the file's own grid where it has one, and 8 bits elsewhere.

    Raises NativeUnavailableError where nothing can be compiled or a head is too wide,
    and MemoryError.
    """
    stacks = [stack for stack in (blueprint.decoder, blueprint.encoder) if stack]
    widest = max(stack.head_width for stack in stacks)
    if precision is not Precision.FP32 and widest > _WIDEST_HEAD:
        raise NativeUnavailableError(f"heads are wider than {_WIDEST_HEAD}")
    library = library_load(library_directory)
    return NativeModel(
        library,
        blueprint,
        precision=precision,
        num_threads=num_threads,
        num_slots=num_slots,
    )


class Cache:
    """Keys and values of all slots: address space for each, memory where it is used."""

    def __init__(
        self, library: CDLL, stack: StackLayout, *, slots: int, length: int
    ) -> None:
        layer_bytes = library.cache_layer_bytes(byref(stack))
        self.page_bytes = stack.num_layers * layer_bytes
        pages = -(-length // _PAGE)
        self._slot_bytes = _round_up(pages * self.page_bytes, _SYSTEM_PAGE)
        self._region = Region(library, slots * self._slot_bytes)
        self.layout = CacheLayout(
            self._region.base, self._slot_bytes, self.page_bytes, layer_bytes
        )

    def num_bytes(self, tokens: int) -> int:
        return _round_up(-(-tokens // _PAGE) * self.page_bytes, _SYSTEM_PAGE)

    def copy(self, source: int, target: int, length: int) -> None:
        offsets = (target * self._slot_bytes, source * self._slot_bytes)
        self._region.copy(*offsets, -(-length // _PAGE) * self.page_bytes)

    def free(self, slot: int) -> None:
        self._region.clear(slot * self._slot_bytes, self._slot_bytes)


class Workspace:
    """The program's threads, and their buffers."""

    def __init__(self, library: CDLL, num_threads: int) -> None:
        self.handle = library.workspace_new(num_threads)
        if self.handle is None:
            raise MemoryError("the native program's threads")
        weakref.finalize(self, library.workspace_free, self.handle)


class NativeModel:
    """A row's logits depend, to the last bit, on its own tokens only."""

    def __init__(
        self,
        library: CDLL,
        blueprint: Blueprint,
        *,
        precision: Precision,
        num_threads: int,
        num_slots: int,
    ) -> None:
        is_exact = precision is Precision.FP32
        self._library = library
        self._num_slots = num_slots
        self._packer = Packer(library, blueprint, precision)
        self._decoder = self._packer.stack("decoder", blueprint.decoder)
        self._encoder = (
            self._packer.stack("encoder", blueprint.encoder)
            if blueprint.encoder
            else None
        )
        self._head = self._packer.head()
        self._packer.pack(num_threads)
        self._precision = "fp32" if is_exact else f"int{self._packer.least_bits}"
        # The packed weights are all that is needed: the file's own may leave memory.
        self._blueprint = replace(blueprint, grids={})
        self._cache = self._new_cache(blueprint.context_length)
        self._sources = self._new_cache(blueprint.source_length)
        self._source_lengths = np.zeros(num_slots, np.int32)
        if not is_exact:
            self._keep_outliers()
        self._workspace = Workspace(library, num_threads)

    def _keep_outliers(self) -> None:
        self._workspace = Workspace(self._library, 1)
        linears = self._packer.normed
        found = outliers_find(linears, self._read_probe)
        for linear, inputs in zip(linears, found, strict=True):
            self._packer.exact_keep(linear, inputs)

    def _read_probe(self) -> None:
        tokens = probe_tokens(self.vocabulary_size)[: self._blueprint.context_length]
        source_slot = None
        if self._encoder:
            source_slot = 0
            source = probe_tokens(self.source_vocabulary_size)
            self.encode({0: source[: self._blueprint.source_length]})
        self.step([Span(0, 0, tokens, source_slot=source_slot, all_logits=True)])
        self.free(0)
        self.free_source(0)
        self._source_lengths[0] = 0

    @property
    def precision(self) -> str:
        return self._precision

    @property
    def device(self) -> torch.device:
        return torch.device("cpu")

    @property
    def vocabulary_size(self) -> int:
        return self._blueprint.vocabulary_size

    @property
    def source_vocabulary_size(self) -> int:
        return self._blueprint.source_vocabulary_size

    @property
    def num_slots(self) -> int:
        return self._num_slots

    @property
    def is_encoder_decoder(self) -> bool:
        return self._encoder is not None

    @property
    def is_torch(self) -> bool:
        return False

    @property
    def can_copy(self) -> bool:
        return True

    def slot_bytes(self, tokens: int) -> int:
        return self._cache.num_bytes(tokens)

    def source_bytes(self, tokens: int) -> int:
        return self._sources.num_bytes(tokens) if self._encoder else 0

    def step(self, spans: Sequence[Span]) -> StepResult:
        self._check(spans)
        batch = Batch(spans, self._blueprint.decoder.window)
        if self._encoder:
            batch.set_sources(spans, self._source_lengths)
        self._reserve(batch.num_tokens)
        logits = torch.empty(batch.num_outputs, self._head.outputs)
        layout = batch.layout(logits)
        alignments = self._alignments(spans, batch, layout)
        self._library.stack_decode(
            self._workspace.handle,
            byref(self._decoder),
            byref(self._head),
            byref(layout),
            self._cache.layout,
            self._sources.layout,
        )
        means = alignments.mean(dim=(1, 2))  # over layers and heads
        by_span = {
            span: means[row, : self._source_lengths[source]]
            for row, (span, source) in enumerate(batch.aligned)
        }
        return StepResult(logits[:, : self.vocabulary_size], by_span)

    def encode(self, sources: Mapping[int, Sequence[int]]) -> None:
        encoder = self._encoder
        assert encoder is not None
        ids = [token_id for source in sources.values() for token_id in source]
        if min(ids) < 0 or max(ids) >= self.source_vocabulary_size:
            raise ValueError("a token is outside the source's vocabulary")
        longest = max(map(len, sources.values()))
        if longest > self._blueprint.source_length:
            raise ValueError(f"a source of {longest} tokens is too long")
        batch = Batch([Span(n, 0, ids) for n, ids in enumerate(sources.values())])
        batch.look_everywhere()
        batch.source_slot = repeated(list(sources), sources.values())
        self._reserve(batch.num_tokens)
        scratch = Cache(self._library, encoder, slots=len(sources), length=longest)
        scratch.layout.page_bytes //= encoder.num_layers  # one layer serves all
        scratch.layout.layer_bytes = 0
        self._library.stack_encode(
            self._workspace.handle,
            byref(encoder),
            byref(self._decoder),
            byref(batch.layout()),
            scratch.layout,
            self._sources.layout,
        )
        for slot, token_ids in sources.items():
            self._source_lengths[slot] = len(token_ids)

    def copy(self, source: int, target: int, length: int) -> None:
        self._cache.copy(source, target, length)

    def free(self, slot: int) -> None:
        self._cache.free(slot)

    def free_source(self, source_slot: int) -> None:
        self._sources.free(source_slot)

    def _new_cache(self, length: int) -> Cache:
        return Cache(self._library, self._decoder, slots=self._num_slots, length=length)

    def _check(self, spans: Sequence[Span]) -> None:
        """The program writes where it is told to."""
        for span in spans:
            end = span.start + len(span.token_ids)
            if not 0 <= span.slot < self._num_slots or not span.token_ids:
                raise ValueError(f"no such slot, or nothing to read: {span}")
            if span.start < 0 or end > self._blueprint.context_length:
                raise ValueError(f"position {end} is outside the context")
            if min(span.token_ids) < 0 or max(span.token_ids) >= self.vocabulary_size:
                raise ValueError("a token is outside the vocabulary")

    def _reserve(self, num_tokens: int) -> None:
        longest = max(self._blueprint.context_length, self._blueprint.source_length)
        encoder = byref(self._encoder) if self._encoder else None
        if self._library.workspace_reserve(
            self._workspace.handle, byref(self._decoder), encoder, num_tokens, longest
        ):
            raise MemoryError(f"a step of {num_tokens} tokens")

    def _alignments(
        self, spans: Sequence[Span], batch: Batch, layout: BatchLayout
    ) -> torch.Tensor:
        """Room for them, [rows, layers, heads, source tokens]."""
        batch.find_aligned(spans)
        stack = self._blueprint.decoder
        longest = int(self._source_lengths.max(initial=0)) if batch.aligned else 0
        shape = (len(batch.aligned), stack.num_layers, stack.num_heads, longest)
        values = torch.zeros(shape)
        if batch.aligned:
            layout.num_aligned, layout.align_stride = len(batch.aligned), longest
            layout.align_row = batch.align_row.ctypes.data
            layout.alignments = values.data_ptr()
        return values


def _round_up(size: int, step: int) -> int:
    return -(-size // step) * step
