"""All that a run needs to go on as if nothing had happened, in one file at a time."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from inference.errors import ModelUnavailableError
from inference.models.directory_checks import weight_files
from inference.training.errors import TrainingError
from inference.training.growth import weights_grow

_KEPT = 2  # should the newest be damaged


@dataclass(slots=True)
class RunState:
    """Where a run is."""

    step: int = 0
    epoch: int = 0
    batch: int = 0  # of the epoch; this one comes next
    pairs: int = 0  # read in all
    tokens: int = 0
    seconds: float = 0.0  # spent in training, validation left out
    # Of the steps since the last line of the log.
    loss_sum: float = 0.0
    loss_steps: int = 0


class Checkpoints:
    """Files named by their step. A file is there whole or not at all."""

    def __init__(self, directory: Path, *, kept: int = _KEPT) -> None:
        self._directory = directory
        self._kept = kept

    def files(self) -> list[Path]:
        """The oldest first."""
        return sorted(self._directory.glob("step-*.safetensors"))

    def save(self, tensors: Mapping[str, Tensor], state: RunState) -> Path:
        """Raises TrainingError if the disk does not take it; what was there stays."""
        self._directory.mkdir(parents=True, exist_ok=True)
        path = self._directory / f"step-{state.step:08}.safetensors"
        part = path.with_suffix(".part")
        metadata = {"state": json.dumps(asdict(state))}
        try:
            save_file({k: v.contiguous() for k, v in tensors.items()}, part, metadata)
            _flush(part)
            part.replace(path)
            _flush(self._directory)
        except (OSError, SafetensorError) as error:
            part.unlink(missing_ok=True)
            raise TrainingError(
                f"{path}: cannot be written ({error}); the checkpoints before it are"
                " good, so the run can go on when there is room"
            ) from error
        for old in self.files()[: -self._kept]:
            old.unlink()
        return path

    def load(self) -> tuple[dict[str, Tensor], RunState] | None:
        """The newest that can be read; None if there was never one.

        Raises TrainingError if all are damaged.
        """
        failures = []
        for path in reversed(self.files()):
            try:
                return _read(path)
            except (OSError, SafetensorError, ValueError, KeyError) as error:
                failures.append(f"{path}: {error}")
        if failures:
            raise TrainingError("No checkpoint can be read: " + "; ".join(failures))
        return None


def run_tensors(
    network: Any, optimizers: Sequence[torch.optim.Optimizer]
) -> dict[str, Tensor]:
    """Weights, the optimisers' moments, and the state of the random generators."""
    tensors = {f"network.{name}": p.data for name, p in network.named_parameters()}
    for place, optimizer in enumerate(optimizers):
        for number, values in optimizer.state_dict()["state"].items():
            for name, value in values.items():
                tensors[f"optimizer.{place}.{number}.{name}"] = value
    tensors["random.cpu"] = torch.get_rng_state()
    if torch.cuda.is_available():
        tensors["random.cuda"] = torch.cuda.get_rng_state()
    return tensors


def run_restore(
    tensors: Mapping[str, Tensor],
    network: Any,
    optimizers: Sequence[torch.optim.Optimizer],
) -> None:
    """Undoes `run_tensors`."""
    for name, parameter in network.named_parameters():
        parameter.data.copy_(tensors[f"network.{name}"])
    moments: list[dict[int, dict[str, Tensor]]] = [{} for _ in optimizers]
    for key, value in tensors.items():
        section, _, rest = key.partition(".")
        if section == "optimizer":
            place, number, name = rest.split(".", 2)
            moments[int(place)].setdefault(int(number), {})[name] = value
    for optimizer, state in zip(optimizers, moments, strict=True):
        groups = optimizer.state_dict()["param_groups"]
        optimizer.load_state_dict({"state": state, "param_groups": groups})
    torch.set_rng_state(tensors["random.cpu"])
    if torch.cuda.is_available() and "random.cuda" in tensors:
        torch.cuda.set_rng_state(tensors["random.cuda"])


def weights_start(network: Any, directory: Path) -> None:
    """The weights of an exported model, grown where this one is larger.

    Raises TrainingError if they do not fit.
    """
    known: dict[str, Tensor] = {}
    try:
        for name in weight_files(directory):
            known |= load_file(directory / name)
        weights = weights_grow(known, dict(network.named_parameters()))
    except (OSError, SafetensorError, ModelUnavailableError, TrainingError) as error:
        raise TrainingError(
            f"{directory}: this run cannot begin there ({error})"
        ) from error
    for name, parameter in network.named_parameters():
        parameter.data.copy_(weights[name])


def weights_average(
    latest: Mapping[str, Tensor], files: Sequence[Path]
) -> dict[str, Tensor]:
    """The mean of `latest` and of files that hold the same tensors."""
    total = {name: value.clone() for name, value in latest.items()}
    for path in files:
        for name, value in _read(path)[0].items():
            total[name].add_(value)
    return {name: value.div_(len(files) + 1) for name, value in total.items()}


def _read(path: Path) -> tuple[dict[str, Tensor], RunState]:
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata() or {}
        # Mapped memory would change under us when the file is replaced.
        tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118 it is no mapping
    return tensors, RunState(**json.loads(metadata["state"]))


def _flush(path: Path) -> None:
    """To the disk itself: a checkpoint must outlive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
