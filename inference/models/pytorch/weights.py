"""A blueprint's tensors on a device."""

from collections.abc import Mapping

import torch
import torch.nn.functional as F

from inference.models.blueprint import Floats, Norm

_MAY_BE_TIED = ("encoder.embedding", "decoder.embedding", "head.weight")


class Weights:
    """Finds tensors by name; on the CPU they stay views of the mapped file."""

    def __init__(
        self,
        tensors: Mapping[str, Floats],
        *,
        device: torch.device,
        dtype: torch.dtype,
    ) -> None:
        self._tensors = tensors
        self.device, self.dtype = device, dtype
        self._shared: list[tuple[Floats, torch.Tensor]] = []

    @property
    def fuses(self) -> bool:
        """On the CPU a fused matrix would be a copy of what the file holds."""
        return self.device.type == "cuda"

    def __contains__(self, name: str) -> bool:
        return name in self._tensors

    def __getitem__(self, name: str) -> torch.Tensor:
        floats = self._tensors[name]
        for known, tensor in self._shared:
            if known is floats:
                return tensor
        tensor = self.load(floats)
        if name in _MAY_BE_TIED:
            self._shared.append((floats, tensor))
        return tensor

    def floats(self, name: str) -> Floats:
        return self._tensors[name]

    def load(self, floats: Floats) -> torch.Tensor:
        return torch.from_numpy(floats).to(self.device, self.dtype)

    def get(self, name: str) -> torch.Tensor | None:
        return self[name] if name in self._tensors else None


class Linear:
    """Matrices that read the same input; their outputs in the same order."""

    def __init__(self, weights: Weights, *names: str) -> None:
        self._sizes: list[int] = []
        self._parts: list[tuple[torch.Tensor, torch.Tensor | None]] = []
        if weights.fuses and len(names) > 1:
            self._fuse(weights, names)
        else:
            for name in names:
                part = weights[f"{name}.weight"], weights.get(f"{name}.bias")
                self._parts.append(part)

    def __call__(self, inputs: torch.Tensor) -> list[torch.Tensor]:
        if self._sizes:
            ((weight, bias),) = self._parts
            outputs = F.linear(inputs, weight, bias)
            return list(torch.split_with_sizes(outputs, self._sizes, dim=-1))
        return [F.linear(inputs, weight, bias) for weight, bias in self._parts]

    def _fuse(self, weights: Weights, names: tuple[str, ...]) -> None:
        matrices = [weights[f"{name}.weight"] for name in names]
        self._sizes = [len(matrix) for matrix in matrices]
        bias = None
        if any(f"{name}.bias" in weights for name in names):
            bias = torch.cat(
                [
                    weights[f"{name}.bias"]
                    if f"{name}.bias" in weights
                    else matrix.new_zeros(len(matrix))
                    for name, matrix in zip(names, matrices, strict=True)
                ]
            )
        self._parts = [(torch.cat(matrices), bias)]


class Normalisation:
    def __init__(self, weights: Weights, name: str, kind: Norm, eps: float) -> None:
        self._weight = weights[f"{name}.weight"]
        self._bias = weights.get(f"{name}.bias")
        self._kind, self._eps = kind, eps

    def __call__(self, inputs: torch.Tensor) -> torch.Tensor:
        shape = self._weight.shape
        if self._kind is Norm.RMS:
            return F.rms_norm(inputs, shape, self._weight, self._eps)
        return F.layer_norm(inputs, shape, self._weight, self._bias, self._eps)
