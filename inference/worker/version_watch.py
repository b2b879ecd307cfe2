"""Looks which version of each model was promoted, and tells the runtime."""

import logging

from django.db import DatabaseError

from inference.model_process.runtime_process import RuntimeProcess
from inference.model_slot import WantedVersion
from inference.runtime import Runtime
from inference.worker.loop import Loop
from webapp.tuning.selectors import versions_promoted

log = logging.getLogger(__name__)

_TURN_SECONDS = 2.0


class VersionWatch(Loop):
    """One narrow query a turn. A database that is away changes nothing."""

    def __init__(self, runtime: Runtime | RuntimeProcess) -> None:
        super().__init__("versions", _TURN_SECONDS)
        self._runtime = runtime

    def turn(self) -> None:
        self._runtime.versions_want(versions_wanted())
        self._runtime.tidy()


def versions_wanted() -> dict[str, WantedVersion]:
    return {
        version.model: WantedVersion(version.directory, version.manifest_hash)
        for version in versions_promoted()
    }


def versions_at_start() -> dict[str, WantedVersion]:
    """As the rows say; as shipped where they cannot be read yet."""
    try:
        return versions_wanted()
    except DatabaseError as error:
        log.warning("nobody knows yet which versions were promoted: %s", error)
        return {}
