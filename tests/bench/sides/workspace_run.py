"""One document through the machine translation of a running product."""

import time
from typing import Any

from django.conf import settings

from inference.contract import ModelState
from tests.bench.models import T5_END_ID
from tests.bench.prompts import long_text
from tests.factories import MembershipFactory
from tests.webapp.workspace.factories import document_make
from webapp.generation.selectors import model_statuses
from webapp.workspace.machine.runs import run_start
from webapp.workspace.models import TranslationRun

LOOK_SECONDS = 0.02
WORDS = 12  # of a segment
# Weights are random: so likely is the end at each token that some thirty come before.
SAMPLING: dict[str, Any] = {
    "temperature": 1.0,
    "top_k": 0,
    "top_p": 1.0,
    "min_tokens": 8,
    "logit_bias": [[T5_END_ID, 7.5]],
}


def model_await(until: float) -> None:
    while time.monotonic() < until:
        status = model_statuses().get(settings.MODEL_NAMES[0])
        if status is not None and status.state is ModelState.READY:
            return
        time.sleep(LOOK_SECONDS)
    raise TimeoutError("the model did not become ready")


def translate(count: int, *, start: int, until: float) -> float:
    """Seconds until each of `count` segments has come to its end."""
    membership = MembershipFactory.create()
    document = document_make(
        membership.team,
        _sources(count, start=start),
        model=settings.MODEL_NAMES[0],
        sampling=SAMPLING,
    )
    began = time.perf_counter()
    run = run_start(person=membership.user, document_id=document.pk)
    while run.state in TranslationRun.OPEN:
        if time.monotonic() > until:
            raise TimeoutError(f"{run.done} of {run.total} segments were translated")
        time.sleep(LOOK_SECONDS)
        run.refresh_from_db()
    seconds = time.perf_counter() - began
    assert run.done + run.failed == count
    # By chance: texts of random weights may be none at all.
    assert run.failed <= max(1, count // 10), "too few texts to be worth a comparison"
    return seconds


def _sources(count: int, *, start: int) -> list[str]:
    """Plain English words: nothing to hide from a model."""
    words = [word for word in long_text().split() if word.isalpha()]
    pieces = range(start * WORDS, (start + count) * WORDS, WORDS)
    return [" ".join(words[at : at + WORDS]) for at in pieces]
