"""A checked model directory, brought into memory."""

import logging
from typing import Any

import torch
from transformers import AutoModelForCausalLM
from transformers.utils import logging as transformers_logging

from inference.config import Device
from inference.errors import ModelUnavailableError
from inference.models.causal_lm import CausalLM
from inference.models.file_hashes import Progress, no_progress
from inference.models.manifest import ModelManifest

log = logging.getLogger(__name__)


def device_choose(wanted: Device) -> torch.device:
    """Raises ModelUnavailableError if CUDA is wanted and absent."""
    has_cuda = torch.cuda.is_available()
    if wanted is Device.CUDA and not has_cuda:
        raise ModelUnavailableError("the device cuda is set, but there is no CUDA here")
    use_cuda = has_cuda and wanted is not Device.CPU
    return torch.device("cuda" if use_cuda else "cpu")


def causal_lm_load(
    manifest: ModelManifest, device: torch.device, progress: Progress = no_progress
) -> CausalLM:
    """fp32 on the CPU, where the weights stay mapped from the file; bf16 on CUDA.

    Raises ModelUnavailableError naming what is wrong with the weights.
    """
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # not annotated there
    dtype = torch.float32 if device.type == "cpu" else torch.bfloat16
    model = _from_directory(manifest, dtype)
    progress(0.6)
    try:
        model = model.to(device).eval()
    except torch.OutOfMemoryError as error:
        raise ModelUnavailableError(
            f"{manifest.directory}: does not fit into the memory of {device}"
        ) from error
    progress(1.0)
    return CausalLM(model, device)


def _from_directory(manifest: ModelManifest, dtype: torch.dtype) -> Any:
    loaded: Any  # its type depends on output_loading_info
    try:
        loaded = AutoModelForCausalLM.from_pretrained(
            manifest.directory,
            dtype=dtype,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            output_loading_info=True,
            ignore_mismatched_sizes=True,  # they are refused below, by name
        )
    except Exception as error:  # a wrong directory makes transformers raise anything
        log.info("loading %s failed", manifest.directory, exc_info=True)
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ModelUnavailableError(
            f"{manifest.directory}: cannot be loaded: {reason}"
        ) from error
    model, info = loaded
    _check_tensors(manifest, info)
    return model


def _check_tensors(manifest: ModelManifest, info: dict[str, set[object]]) -> None:
    weights = manifest.directory / "model.safetensors"
    if missing := sorted(map(str, info["missing_keys"])):
        raise ModelUnavailableError(
            f"{weights}: lacks {len(missing)} tensors, the first is {missing[0]}"
        )
    if mismatched := sorted(map(str, info["mismatched_keys"])):
        raise ModelUnavailableError(
            f"{weights}: has {len(mismatched)} tensors of a wrong shape, the first"
            f" (with the shapes found and expected) is {mismatched[0]}"
        )
