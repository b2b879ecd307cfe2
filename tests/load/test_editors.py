"""Five people at one document of the running product: nothing is lost."""

import os
import re
import subprocess
import sys

import pytest

from tests.product import REPOSITORY

PEOPLE, ROUNDS = 5, 6
WORDS = f"--people {PEOPLE} --segments 40 --rounds {ROUNDS} --pause 0.05 --minutes 2"


@pytest.mark.load
@pytest.mark.timeout(600)  # a busy machine starts the product slowly
def test_a_small_crowd_loses_nothing_and_is_handed_nothing_twice() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.load.editors", *WORDS.split()],
        cwd=REPOSITORY,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "webapp.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    counts = dict(re.findall(r"^(\D+?) +(\d+)$", done.stdout, re.MULTILINE))
    for nothing in ("lost", "handed out twice", "machine over person", "not undone"):
        assert counts[nothing] == "0"
    # It was not because nothing happened.
    assert int(counts["edits"]) >= (PEOPLE - 2) * ROUNDS
    assert int(counts["claims"]) > 0
    assert int(counts["operations undone"]) == 2 * ROUNDS
    assert int(counts["machine texts"]) > 0
