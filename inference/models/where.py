"""Print a model's directory: `python -m inference.models.where SPEC --models-home DIR`.

Nothing is fetched; what is there is checked, so that other programs may load it.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from inference.errors import ModelUnavailableError
from inference.models.hub import HUB_ID, hub_directory
from inference.models.install_progress import say
from inference.models.registry import resolve


def main(arguments: Sequence[str] | None = None) -> int:
    """0 and one line on standard output, or 1 with the reason on standard error."""
    parser = argparse.ArgumentParser(prog="python -m inference.models.where")
    parser.add_argument("spec", metavar="SPEC")
    parser.add_argument("--models-home", type=Path, required=True, metavar="DIR")
    options = parser.parse_args(arguments)
    try:
        directory = model_directory(options.spec, options.models_home)
    except ModelUnavailableError as error:
        say(str(error))
        return 1
    sys.stdout.write(f"{directory.resolve()}\n")
    return 0


def model_directory(spec: str, models_home: Path) -> Path:
    """Raises ModelUnavailableError if it is not there whole."""
    is_local = Path(spec).expanduser().is_dir()
    if HUB_ID.fullmatch(spec) and not is_local:
        directory = hub_directory(spec, models_home)
        if not directory.is_dir():
            raise ModelUnavailableError(f"{spec}: was not downloaded yet")
    return resolve(spec, models_home).directory


if __name__ == "__main__":
    sys.exit(main())
