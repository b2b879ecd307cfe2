"""Values of a config.json, each of the type that is asked for."""

from pathlib import Path
from typing import Any

from inference.errors import ModelUnavailableError
from inference.models.directory_checks import json_read


class ConfigFile:
    """Raises ModelUnavailableError naming the file and the value.

    Without a default, a value must be there; null counts as absent.
    """

    def __init__(self, path: Path, values: dict[str, Any] | None = None) -> None:
        self._path = path
        self._values = json_read(path) if values is None else values

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def whole(self, name: str, default: int | None = None) -> int:
        """A whole number of 1 or more."""
        value = self._value(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self._error(name, value, "a whole number above zero")
        return value

    def divisor(self, name: str, of: int, default: int | None = None) -> int:
        """A whole number of which `of` is a multiple."""
        value = self.whole(name, default)
        if of % value:
            raise self._error(name, value, f"a divisor of {of}")
        return value

    def natural(self, name: str, default: int | None = None) -> int:
        """A whole number of 0 or more, as tokens are numbered."""
        value = self._value(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self._error(name, value, "a whole number, zero or more")
        return value

    def number(self, name: str, default: float | None = None) -> float:
        value = self._value(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._error(name, value, "a number")
        return float(value)

    def flag(self, name: str, *, default: bool) -> bool:
        value = self._value(name, default)
        if not isinstance(value, bool):
            raise self._error(name, value, "true or false")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        value = self._value(name, default)
        if not isinstance(value, str):
            raise self._error(name, value, "a text")
        return value

    def texts(self, name: str) -> list[str] | None:
        """None if absent."""
        value = self._values.get(name)
        if value is not None and not isinstance(value, list):
            raise self._error(name, value, "a list")
        return None if value is None else [str(item) for item in value]

    def has(self, name: str) -> bool:
        return self._values.get(name) is not None

    def section(self, *names: str) -> "ConfigFile":
        """The first object of these names that is there; else an empty one."""
        for name in names:
            value = self._values.get(name)
            if value is None:
                continue
            if not isinstance(value, dict):
                raise self._error(name, value, "an object")
            return ConfigFile(self._path, value)
        return ConfigFile(self._path, {})

    def _value(self, name: str, default: object) -> object:
        value = self._values.get(name)
        value = default if value is None else value
        if value is None:
            raise ModelUnavailableError(f"{self._path}: has no {name}")
        return value

    def _error(self, name: str, value: object, wanted: str) -> ModelUnavailableError:
        return ModelUnavailableError(
            f"{self._path}: {name} must be {wanted}, not {value!r}"
        )
