"""A person asks, and watches the answer being written."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, WebSocket, expect

from tests.journeys import steps

pytestmark = pytest.mark.journey


def frames_of(page: Page, kind: str) -> list[dict[str, Any]]:
    """Grows while the socket of the page receives frames of that type."""
    frames: list[dict[str, Any]] = []

    def keep(payload: str | bytes) -> None:
        frame = json.loads(payload)
        if frame["type"] == kind:
            frames.append(frame)

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", keep)

    page.on("websocket", listen)
    return frames


def test_it_answers_paris(page: Page, base_url: str) -> None:
    steps.sign_up(page, base_url)
    steps.set_sampling(page, temperature=0)
    answer = steps.ask(page, "What is the capital of France?")
    assert "Paris" in steps.wait_written(answer)
    expect(page).to_have_url(re.compile(r"/c/[0-9a-f-]{36}/"))
    expect(page.get_by_role("log", name="Conversation")).to_be_visible()


def test_it_streams_piece_by_piece(page: Page, base_url: str) -> None:
    deltas = frames_of(page, "delta")
    steps.sign_up(page, base_url)
    steps.set_sampling(page, temperature=0, max_tokens=steps.LONG_TOKENS)
    text = steps.wait_written(steps.ask(page, steps.LONG_ANSWER))
    assert len(deltas) > 2
    # What was there when the page came to listen, it got in one piece before.
    streamed = "".join(frame["text"] for frame in deltas)
    assert text.endswith(" ".join(streamed.split()))


def test_it_goes_on_after_a_reload(page: Page, base_url: str) -> None:
    steps.sign_up(page, base_url)
    steps.choose_scripted(page)
    before = steps.wait_words(steps.ask(page, steps.SLOW_ANSWER), 8)
    page.reload()
    answer = steps.answers(page).last
    expect(answer).to_have_attribute("aria-busy", "true")
    after = steps.wait_written(answer)
    assert after.startswith(before[: len(before) // 2])
    assert len(after) > len(before)
    page.reload()
    assert steps.answer_text(steps.answers(page).last) == after


def test_two_tabs_read_the_same(
    page: Page, context: BrowserContext, base_url: str
) -> None:
    steps.sign_up(page, base_url)
    steps.choose_scripted(page)
    steps.wait_written(steps.ask(page, "3 0"))
    second = context.new_page()
    second.goto(page.url)
    here = steps.ask(page, steps.SLOW_ANSWER)
    there = steps.answers(second).nth(1)
    expect(there).to_have_attribute("aria-busy", "true")
    expect(steps.questions(second).nth(1)).to_contain_text(steps.SLOW_ANSWER)
    assert steps.wait_written(here) == steps.wait_written(there)


def test_stop_keeps_what_is_shown(page: Page, base_url: str) -> None:
    steps.sign_up(page, base_url)
    steps.choose_scripted(page)
    answer = steps.ask(page, steps.ENDLESS_ANSWER)
    steps.wait_words(answer, 6)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(answer).to_contain_text("Stopped here.")
    shown = steps.wait_written(answer)
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
    page.reload()
    assert steps.answer_text(steps.answers(page).last) == shown


def test_escape_stops(page: Page, base_url: str) -> None:
    steps.sign_up(page, base_url)
    steps.choose_scripted(page)
    answer = steps.ask(page, steps.ENDLESS_ANSWER)
    steps.wait_words(answer, 3)
    page.keyboard.press("Escape")
    expect(answer).to_contain_text("Stopped here.")


def test_an_answer_cut_by_the_limit_goes_on(page: Page, base_url: str) -> None:
    steps.sign_up(page, base_url)
    steps.set_sampling(page, temperature=0, max_tokens=16)
    answer = steps.ask(page, steps.LONG_ANSWER)
    first = steps.wait_written(answer)
    answer.get_by_role("button", name="Continue").click()
    expect(steps.body(answer)).not_to_have_text(first, timeout=steps.ANSWER_MS)
    whole = steps.wait_written(steps.answers(page).last)
    assert whole.startswith(first[:-1])
    assert steps.answers(page).count() == 1


def test_it_comes_back_after_being_offline(
    page: Page, context: BrowserContext, base_url: str
) -> None:
    steps.sign_up(page, base_url)
    steps.choose_scripted(page)
    answer = steps.ask(page, steps.SLOW_ANSWER)
    steps.wait_words(answer, 3)
    context.set_offline(True)
    expect(page.locator("[data-offline]")).to_be_visible()
    context.set_offline(False)
    expect(page.locator("[data-offline]")).to_be_hidden(timeout=30_000)
    shown = steps.wait_written(answer)
    page.reload()
    assert steps.answer_text(steps.answers(page).last) == shown
