"""A checked model directory, loaded by transformers."""

import logging
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM
from transformers.utils import logging as transformers_logging

from inference.errors import ModelUnavailableError
from inference.models.generic.causal_lm import CausalLM

log = logging.getLogger(__name__)


def causal_lm_load(directory: Path, device: torch.device) -> CausalLM:
    """fp32 on the CPU, where the weights stay mapped from the file; bf16 on CUDA.

    Raises ModelUnavailableError naming what is wrong with the weights.
    """
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # not annotated there
    dtype = torch.float32 if device.type == "cpu" else torch.bfloat16
    model = _from_directory(directory, dtype)
    try:
        return CausalLM(model.to(device).eval())
    except torch.OutOfMemoryError as error:
        raise ModelUnavailableError(
            f"{directory}: does not fit into the memory of {device}"
        ) from error


def _from_directory(directory: Path, dtype: torch.dtype) -> Any:
    loaded: Any  # its type depends on output_loading_info
    try:
        loaded = AutoModelForCausalLM.from_pretrained(
            directory,
            dtype=dtype,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            output_loading_info=True,
            ignore_mismatched_sizes=True,  # they are refused below, by name
        )
    except Exception as error:  # a wrong directory makes transformers raise anything
        log.info("loading %s failed", directory, exc_info=True)
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ModelUnavailableError(
            f"{directory}: cannot be loaded: {reason}"
        ) from error
    model, info = loaded
    _check_tensors(directory / "model.safetensors", info)
    return model


def _check_tensors(weights: Path, info: dict[str, set[object]]) -> None:
    if missing := sorted(map(str, info["missing_keys"])):
        raise ModelUnavailableError(
            f"{weights}: lacks {len(missing)} tensors, the first is {missing[0]}"
        )
    if mismatched := sorted(map(str, info["mismatched_keys"])):
        raise ModelUnavailableError(
            f"{weights}: has {len(mismatched)} tensors of a wrong shape, the first"
            f" (with the shapes found and expected) is {mismatched[0]}"
        )
