"""A blueprint in torch: CUDA's program, and a CPU's where there is no compiler."""

import importlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch

from inference.models.blueprint import Blueprint
from inference.models.pytorch.alignment import Alignments
from inference.models.pytorch.cuda_graphs import cuda_record
from inference.models.pytorch.cuda_steps import CudaSteps
from inference.models.pytorch.decoder import Looks, TorchDecoder
from inference.models.pytorch.encoder import TorchSources
from inference.models.pytorch.packed_step import PackedStep, step_pack
from inference.models.pytorch.paged_attention import Kernel
from inference.models.pytorch.sdpa_attention import sdpa_cross, sdpa_self
from inference.models.pytorch.visibility import Visibility
from inference.models.pytorch.weights import Weights
from inference.models.slot_model import Span, StepResult

log = logging.getLogger(__name__)

_BF16_TOLERANCE = 0.06  # of the largest logit; a wrong mask is far above


class TorchModel:
    """fp32 on the CPU, where weights stay mapped from their file; bf16 on CUDA.

    On CUDA, steps run as `CudaSteps` say if a try at the start finds that they suit the
    model, else as on the CPU.
    """

    is_torch = True
    can_copy = True

    @torch.inference_mode()
    def __init__(
        self,
        blueprint: Blueprint,
        *,
        device: torch.device,
        num_slots: int,
    ) -> None:
        on_cuda = device.type == "cuda"
        dtype = torch.bfloat16 if on_cuda else torch.float32
        self.precision = "bf16" if on_cuda else "fp32"
        self.device = device
        self.vocabulary_size = blueprint.vocabulary_size
        self.source_vocabulary_size = blueprint.source_vocabulary_size
        self.num_slots = num_slots
        self._stack = stack = blueprint.decoder
        weights = Weights(blueprint.tensors, device=device, dtype=dtype)
        rows = num_slots + 1  # one is spare, for CudaSteps
        self._decoder = TorchDecoder(blueprint, weights, rows)
        self._visibility = Visibility.of(stack, "decoder", weights)
        self._sources: TorchSources | None = None
        if blueprint.encoder is not None:
            self._sources = TorchSources(blueprint, weights, rows)
        self._cuda: CudaSteps | None = None
        if on_cuda and stack.relative_bias is None:
            steps = CudaSteps(
                stack,
                self._decoder,
                self._sources,
                record=cuda_record,
                kernel=_paged_kernel(),
            )
            self._cuda = steps if self._suits(steps) else None

    @property
    def is_encoder_decoder(self) -> bool:
        return self._sources is not None

    def slot_bytes(self, tokens: int) -> int:
        return self._decoder.slots.bytes_of(tokens)

    def source_bytes(self, tokens: int) -> int:
        return 0 if self._sources is None else self._sources.slots.bytes_of(tokens)

    @torch.inference_mode()
    def step(self, spans: Sequence[Span]) -> StepResult:
        for span in spans:
            self._decoder.slots.reserve(span.slot, span.start + len(span.token_ids))
        if self._cuda is not None and all(map(_is_plain, spans)):
            return StepResult(self._cuda.decode(spans))
        return self._step(spans, self._cuda)

    @torch.inference_mode()
    def encode(self, sources: Mapping[int, Sequence[int]]) -> None:
        assert self._sources is not None
        self._sources.encode(sources)

    @torch.inference_mode()
    def copy(self, source: int, target: int, length: int) -> None:
        self._decoder.slots.copy(source, target, length)

    @torch.inference_mode()
    def free(self, slot: int) -> None:
        self._decoder.slots.free(slot)

    @torch.inference_mode()
    def free_source(self, source_slot: int) -> None:
        assert self._sources is not None
        self._sources.free(source_slot)

    def _step(self, spans: Sequence[Span], cuda: CudaSteps | None) -> StepResult:
        step = step_pack(spans)
        lists = [step.token_ids, step.positions, step.slots]
        token_ids, positions, slots = torch.tensor(lists, device=self.device)
        looks = self._sdpa_looks(step, positions) if cuda is None else cuda.looks(step)
        alignments = self._alignments(step)
        looks = replace(looks, alignments=alignments)
        rows = torch.tensor(step.logit_rows(), device=self.device)
        logits = self._decoder.run(token_ids, positions, slots, looks, rows)
        return StepResult(logits, alignments.result() if alignments else {})

    def _sdpa_looks(self, step: PackedStep, positions: torch.Tensor) -> Looks:
        scale = self._stack.attention_scale
        slots = self._decoder.slots
        own = sdpa_self(slots, step, positions, self._visibility, scale=scale)
        if self._sources is None:
            return Looks(own)
        sources = self._sources
        return Looks(own, sdpa_cross(sources.slots, step, sources.lengths, scale=scale))

    def _alignments(self, step: PackedStep) -> Alignments | None:
        if self._sources is None or not any(span.alignment for span in step.spans):
            return None
        stack = self._stack
        return Alignments(
            step, self._sources, layers=stack.num_layers, scale=stack.attention_scale
        )

    @torch.inference_mode()
    def _suits(self, cuda: CudaSteps) -> bool:
        """Do CUDA's own steps answer as plain ones do?"""
        words = range(min(8, self.vocabulary_size))
        source = None if self._sources is None else 0
        if self._sources is not None:
            self._sources.encode({0: words})
        spans = [Span(slot=0, start=0, token_ids=words, source_slot=source)]
        self._decoder.slots.reserve(0, len(words))
        try:
            plain = self._step(spans, None).logits
            paged = self._step(spans, cuda).logits
            distance = float((plain - paged).abs().max() / plain.abs().max())
        except RuntimeError:  # the kernel has limits of its own
            log.warning("paged attention failed in a try", exc_info=True)
            distance = float("inf")
        is_same = distance <= _BF16_TOLERANCE
        if not is_same:
            log.warning("paged attention does not suit this model: %s", distance)
        self.free(0)
        if self._sources is not None:
            self._sources.free(0)
        return is_same


def _paged_kernel() -> Kernel:
    """Imported for CUDA only: it takes a second, which a CPU need not wait."""
    kernel: Kernel = importlib.import_module("torch.nn.attention.varlen").varlen_attn
    return kernel


def _is_plain(span: Span) -> bool:
    return len(span.token_ids) == 1 and not span.alignment
