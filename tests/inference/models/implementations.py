"""The programs that must all answer alike; every test of slot models runs on each."""

from collections.abc import Callable
from functools import partial

import pytest
import torch

from inference.config import Precision
from inference.models.blueprint import Blueprint
from inference.models.native.model import native_model_load
from inference.models.slot_model import SlotModel
from inference.models.torch_model import TorchModel
from tests.product import REPOSITORY

LIBRARY_DIRECTORY = REPOSITORY / "var" / "native"
Make = Callable[[Blueprint, int], SlotModel]  # of the blueprint, with so many slots


def _torch(blueprint: Blueprint, num_slots: int) -> SlotModel:
    return TorchModel(blueprint, device=torch.device("cpu"), num_slots=num_slots)


def _native(blueprint: Blueprint, num_slots: int, *, num_threads: int) -> SlotModel:
    return native_model_load(
        blueprint,
        precision=Precision.FP32,
        num_threads=num_threads,
        num_slots=num_slots,
        library_directory=LIBRARY_DIRECTORY,
    )


IMPLEMENTATIONS: dict[str, Make] = {
    "torch": _torch,
    "native": partial(_native, num_threads=1),
    "native, three threads": partial(_native, num_threads=3),
}


@pytest.fixture(params=list(IMPLEMENTATIONS))
def make(request: pytest.FixtureRequest) -> Make:
    return IMPLEMENTATIONS[request.param]
