"""Find the Chromium that the journeys drive; `python -m tests.browser` sees to it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW_TO_GET = (
    "No Chromium was found. Install one (on Debian: apt install chromium), "
    "or name it: CHROMIUM=/path/to/chromium make test"
)


def browser_find() -> str | None:
    """CHROMIUM when it is set, else the first one on the PATH."""
    names = (os.environ["CHROMIUM"],) if os.environ.get("CHROMIUM") else NAMES
    found = (shutil.which(name) for name in names)
    return next((path for path in found if path), None)


def browser_install() -> None:
    """From Debian's packages, where that is so and we may."""
    if os.geteuid() == 0 and Path("/etc/debian_version").exists():
        install = ("apt-get", "install", "--yes", "--no-install-recommends", "chromium")
        subprocess.run(("apt-get", "update", "--quiet"), check=False)
        subprocess.run(install, check=False)


def main() -> int:
    """0 when there is a browser, 1 with what to do on standard error."""
    if browser_find() is None:
        browser_install()
    if browser_find() is None:
        sys.stderr.write(HOW_TO_GET + "\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
