"""Which program runs a model.

One for each kind of place; each brings libraries of its own, so that a worker imports
only those that it needs: transformers alone takes seconds.
"""

import importlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from inference.config import EngineConfig
from inference.errors import ModelUnavailableError
from inference.models.blueprint import Blueprint
from inference.models.native.library import NativeUnavailableError
from inference.models.native.model import native_model_load
from inference.models.slot_model import SlotModel

log = logging.getLogger(__name__)

_SLOTS_A_REQUEST = 2  # one runs, one holds what an earlier request read


def blueprint_run(
    blueprint: Blueprint,
    directory: Path,
    device: torch.device,
    config: EngineConfig,
    *,
    library: Path,
) -> SlotModel:
    """In C on the CPU, compiled into `library`; in torch on CUDA, or where nothing can
    be compiled. Raises ModelUnavailableError."""
    num_slots = _SLOTS_A_REQUEST * config.max_running
    if device.type == "cpu":
        try:
            return _within_memory(
                directory,
                device,
                lambda: native_model_load(
                    blueprint,
                    precision=config.precision,
                    num_threads=config.threads,
                    num_slots=num_slots,
                    library_directory=library,
                ),
            )
        except NativeUnavailableError as error:
            log.warning("%s runs in torch, which is slow: %s", directory.name, error)
    program = _import("inference.models.torch_model").TorchModel
    return _within_memory(
        directory,
        device,
        lambda: program(blueprint, device=device, num_slots=num_slots),
    )


def directory_run(
    directory: Path, device: torch.device, config: EngineConfig
) -> SlotModel:
    """A causal model of a family that has no blueprint, in transformers.

    Raises ModelUnavailableError.
    """
    program = _import("inference.models.generic_model").GenericModel
    return _within_memory(
        directory,
        device,
        lambda: program.load(directory, device=device, num_slots=config.max_running),
    )


def _import(name: str) -> Any:
    return importlib.import_module(name)


def _within_memory(
    directory: Path, device: torch.device, load: Callable[[], SlotModel]
) -> SlotModel:
    try:
        return load()
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise ModelUnavailableError(
            f"{directory}: does not fit into the memory of {device}"
        ) from error
