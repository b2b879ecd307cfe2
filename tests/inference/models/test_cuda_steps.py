"""CUDA's way through a step, on the CPU: torch's paged kernel written out in words.

What is left to tests/gpu is the kernel itself, and the recording.
"""

from itertools import pairwise
from typing import Any

import pytest
import torch

from inference.models.pytorch.cuda_steps import CudaSteps
from inference.models.torch_model import TorchModel
from tests.inference.models.family_cases import FamilyCase, family_case
from tests.inference.models.slot_driver import greedy
from tests.inference.models.test_cuda_graphs import FakeRecorder

FAMILIES = ["llama", "mistral", "qwen3", "marian", "m2m100"]


def paged_kernel(
    query: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    starts: torch.Tensor,
    key_starts: None,
    longest: int,
    capacity: int,
    *,
    scale: float,
    window_size: tuple[int, int],
    enable_gqa: bool,
    seqused_k: torch.Tensor,
    block_table: torch.Tensor,
) -> torch.Tensor:
    """varlen_attn as its documentation says, a row at a time."""
    assert enable_gqa and starts.dtype == seqused_k.dtype == torch.int32
    assert block_table.dtype == torch.int32
    assert block_table.shape[1] * keys.shape[1] == capacity
    seen = []
    for (first, last), used, pages in zip(
        pairwise(starts.tolist()), seqused_k.tolist(), block_table, strict=True
    ):
        assert last - first <= longest
        row_keys, row_values = (t[pages].flatten(0, 1)[:used] for t in (keys, values))
        where = torch.arange(used - (last - first), used)[:, None]
        columns = torch.arange(used)[None, :]
        back, ahead = window_size
        mask = (columns <= where + ahead) if ahead >= 0 else torch.ones(1, used) > 0
        if back >= 0:
            mask = mask & (columns >= where - back)
        part = torch.nn.functional.scaled_dot_product_attention(
            query[first:last].transpose(0, 1),
            row_keys.transpose(0, 1),
            row_values.transpose(0, 1),
            attn_mask=mask.expand(last - first, used),
            scale=scale,
            enable_gqa=True,
        )
        seen.append(part.transpose(0, 1))
    return torch.cat(seen)


def model_make(case: FamilyCase, record: Any) -> TorchModel:
    model = TorchModel(case.blueprint, device=torch.device("cpu"), num_slots=5)
    steps = CudaSteps(
        model._stack,
        model._decoder,
        model._sources,
        record=record,
        kernel=paged_kernel,
    )
    assert model._suits(steps)
    model._cuda = steps
    return model


@pytest.mark.parametrize("family", FAMILIES)
def test_it_answers_as_transformers_does(family: str) -> None:
    case = family_case(family)
    recorder = FakeRecorder()
    model = model_make(case, recorder)
    assert greedy(model, case.prompts, chunk=5, stagger=2) == case.answers
    assert set(recorder.sizes) == {1, 2, 4}


def test_a_kernel_that_answers_otherwise_is_found_out() -> None:
    model = TorchModel(
        family_case("llama").blueprint, device=torch.device("cpu"), num_slots=2
    )

    def wrong(*args: Any, **options: Any) -> torch.Tensor:
        return paged_kernel(*args, **{**options, "window_size": (-1, -1)})

    def failing(*args: Any, **options: Any) -> torch.Tensor:
        raise RuntimeError("head width must be a multiple of 8")

    for kernel in (wrong, failing):
        steps = CudaSteps(
            model._stack, model._decoder, None, record=FakeRecorder(), kernel=kernel
        )
        assert not model._suits(steps)
