"""Models that come with the program, in `models/` beside it: nothing to download."""

from pathlib import Path

from inference.models.manifest import MANIFEST_NAME

SHIPPED_HOME = Path(__file__).parents[2] / "models"


def shipped_models() -> dict[str, Path]:
    """The directory of each, by name."""
    manifests = sorted(SHIPPED_HOME.glob(f"*/{MANIFEST_NAME}"))
    return {path.parent.name: path.parent for path in manifests}
