"""How evenly a long document scrolls, against a short plain page in the same browser.

A person turns the wheel: so many pixels with each frame that the browser draws. What
counts is how many frames it draws a second meanwhile, and how late the late ones are.
"""

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import FilePayload, Page, sync_playwright

from tests.bench.plan import Plan
from tests.bench.report import Row, compared, median, ratio_from, under
from tests.bench.side import SideFailed
from tests.bench.side_by_side import say
from tests.browser import HOW_TO_GET, browser_find
from tests.journeys import steps, translating
from tests.journeys.conftest import ARGUMENTS
from tests.product import product_run

SEGMENTS, QUICK_SEGMENTS = 10_000, 1_000
FRAMES = 240
IMPORT_MS = 120_000
GOAL = 0.95  # of the frames that the browser draws of a page without any program
LATE_GOAL = 34.0  # ms: two frames of a screen with 60 a second

# Resolves with the milliseconds between frames while the page scrolls.
_SCROLL = """
async ([selector, frames]) => {
  let scroller = document.querySelector(selector);
  while (scroller && scroller.scrollHeight <= scroller.clientHeight + 1)
    scroller = scroller.parentElement;
  scroller ??= document.scrollingElement;
  const frame = () => new Promise(requestAnimationFrame);
  const gaps = [];
  let before = await frame();
  for (let number = 0; number < frames; number += 1) {
    scroller.scrollTop += 60;
    const now = await frame();
    gaps.push(now - before);
    before = now;
  }
  if (scroller.scrollTop < frames * 30) throw new Error("it did not scroll");
  return gaps;
}
"""
_PLAIN = "<title>Plain</title><main>" + "<p>A line of text.</p>" * 2_000 + "</main>"


def measure(plan: Plan) -> list[Row]:
    found = browser_find()
    if found is None:
        say(HOW_TO_GET)
        return []
    count = QUICK_SEGMENTS if plan.is_quick else SEGMENTS
    with (
        tempfile.TemporaryDirectory(prefix="tandem-") as directory,
        product_run(Path(directory), TANDEM_SCRIPTED="1") as product,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        page, plain = browser.new_page(locale="en-GB"), browser.new_page()
        _document_open(page, product.base_url, count)
        plain.set_content(_PLAIN)
        ours, peer = [], []
        for _ in range(plan.repetitions):
            page.bring_to_front()
            ours.append(_gaps(page, "[role=grid]"))
            plain.bring_to_front()
            peer.append(_gaps(plain, "main"))
        browser.close()
    return [
        compared(
            f"frames a second, {count:,} segments / a plain page",
            [_rate(gaps) for gaps in ours],
            [_rate(gaps) for gaps in peer],
            unit="frames/s",
            goal=ratio_from(GOAL),
        ),
        Row(
            "95 in 100 frames come within",
            median([_late(gaps) for gaps in ours]),
            "ms",
            median([_late(gaps) for gaps in peer]),
            goal=under(LATE_GOAL),
        ),
    ]


def _document_open(page: Page, base_url: str, count: int) -> None:
    steps.sign_up(page, base_url)
    translating.team_make(page, base_url)
    translating.project_begin(page, base_url)
    texts = [f"The file number {n} could not be opened." for n in range(count)]
    file: FilePayload = {
        "name": "long.txt",
        "mimeType": "text/plain",
        "buffer": "\n\n".join(texts).encode(),
    }
    page.locator("#import input[type=file]").set_input_files([file])
    page.locator("#import").get_by_role("button", name="Add", exact=True).click()
    # So long a file is read in the background; the list shows when it can be opened.
    page.get_by_role("link", name="long.txt", exact=True).click(timeout=IMPORT_MS)
    translating.rows(page).first.wait_for(timeout=IMPORT_MS)


def _gaps(page: Page, selector: str) -> list[float]:
    gaps: list[float] = page.evaluate(_SCROLL, [selector, FRAMES])
    if not gaps:
        raise SideFailed("no frame was drawn")
    return gaps


def _rate(gaps: list[float]) -> float:
    return 1_000 / statistics.fmean(gaps)


def _late(gaps: list[float]) -> float:
    return statistics.quantiles(gaps, n=20)[-1]
