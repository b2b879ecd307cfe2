"""One model of a worker: which version serves, which end, and who waits."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from inference.contract import (
    ErrorCode,
    FinishReason,
    GenerationError,
    GenerationRequest,
    ModelState,
    ModelStatus,
    TokenChunk,
    model_names,
)
from inference.errors import ModelUnavailableError
from inference.models.manifest import MANIFEST_NAME, manifest_read
from inference.served import Served


@dataclass(frozen=True, slots=True)
class WantedVersion:
    """Of a model: where it lies, and what its files must hash to."""

    directory: str
    version: str

    def look(self) -> None:
        """What takes a moment to see, before a load that takes many.

        Raises ModelUnavailableError.
        """
        directory = Path(self.directory)
        if directory.is_absolute() and not directory.is_dir():
            raise ModelUnavailableError(f"{directory}: is not there any more")
        if (directory / MANIFEST_NAME).exists():
            self.check(manifest_read(directory).version)

    def check(self, found: str) -> None:
        """Raises ModelUnavailableError if the files there are of another version."""
        if found != self.version:
            raise ModelUnavailableError(
                f"{self.directory}: its files are of version {found[:8]}, but"
                f" {self.version[:8]} was promoted"
            )


class ModelSlot:
    """One model of the list: its state, its versions, and who waits for it."""

    def __init__(self, name: str, spec: str, wanted: WantedVersion | None) -> None:
        self.name = name
        self.base = spec
        self.wanted = wanted  # None: as it was shipped
        self.status = ModelStatus(name, ModelState.LOADING)
        self.served: Served | None = None
        self.replaced: list[Served] = []  # they end what they began
        self.waiting: list[GenerationRequest] = []
        self.refused = ""

    @property
    def wanted_spec(self) -> str:
        return self.wanted.directory if self.wanted else self.base

    @property
    def all_served(self) -> list[Served]:
        return [*self.replaced, *([self.served] if self.served else [])]

    def take_over(self, served: Served) -> None:
        """From now on this version serves; the one before ends what it began."""
        if self.served is not None:
            self.served.replaced_at = time.monotonic()
            self.replaced.append(self.served)
        self.served = served
        if served.spec == self.wanted_spec:
            self.refused = ""

    def free_take(self, after: float) -> list[Served]:
        """Replaced versions that owe nothing any more; they are no longer ours."""
        free = [served for served in self.replaced if served.is_free(after=after)]
        self.replaced = [served for served in self.replaced if served not in free]
        return free

    def serving(self, version: str) -> Served | None:
        """That version if it is there, else the one that serves."""
        named = [served for served in self.replaced if served.version == version]
        is_newest = self.served is not None and self.served.version == version
        return self.served if is_newest or not named else named[-1]


def slots_make(
    specs: Sequence[str], versions: Mapping[str, WantedVersion]
) -> dict[str, ModelSlot]:
    return {
        name: ModelSlot(name, spec, versions.get(name))
        for name, spec in zip(model_names(specs), specs, strict=True)
    }


def ready_status(slot: ModelSlot, served: Served) -> ModelStatus:
    return ModelStatus(
        slot.name,
        ModelState.READY,
        progress=1.0,
        info=replace(served.info, name=slot.name),
        refused=slot.refused,
    )


def refusal(request: GenerationRequest, slot: ModelSlot | None) -> TokenChunk:
    if slot is None:
        error = GenerationError(ErrorCode.MODEL_UNKNOWN, {"model": request.model})
    else:
        values = {"model": request.model, "reason": slot.status.reason}
        error = GenerationError(ErrorCode.MODEL_UNAVAILABLE, values)
    return end(request, FinishReason.ERROR, error)


def end(
    request: GenerationRequest,
    reason: FinishReason,
    error: GenerationError | None = None,
) -> TokenChunk:
    index = len(request.resume_token_ids)
    return TokenChunk(request.id, index, None, "", reason, error)
