"""WCAG 2.2 AA by axe, on every page, in both themes, wide and narrow."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journeys import steps

pytestmark = pytest.mark.journey

PAGES = ["/", "/presets/", "/settings/", "/teams/", "/accounts/sessions/"]
DOORS = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{page.url} {rule['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_breaks_a_rule(
    browser: Browser, base_url: str, scheme: Literal["light", "dark"], width: int
) -> None:
    context = browser.new_context(
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
        locale="en-GB",
        reduced_motion="reduce",  # a fading page has no contrast to measure
    )
    page = context.new_page()
    found = []
    for path in DOORS:
        page.goto(f"{base_url}{path}")
        found += violations(page)
    steps.sign_up(page, base_url)
    steps.wait_written(steps.ask(page, "Write a short list of three fruits."))
    found += violations(page)
    for path in PAGES:
        page.goto(f"{base_url}{path}")
        found += violations(page)
    context.close()
    assert found == []


def press_nowhere(page: Page, key: str) -> None:
    page.evaluate("document.activeElement?.blur()")
    page.keyboard.press(key)


def test_keys_that_act_alone_can_be_switched_off(page: Page, base_url: str) -> None:
    """Who dictates would press them without meaning to (WCAG 2.1.4)."""
    steps.sign_up(page, base_url)
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    press_nowhere(page, "?")
    expect(dialog).to_be_visible()
    dialog.get_by_role("checkbox").uncheck()
    dialog.get_by_role("button", name="Close").click()
    page.reload()
    press_nowhere(page, "/")
    expect(steps.message_box(page)).not_to_be_focused()
    press_nowhere(page, "?")
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Alice").click()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("button", name="Close").click()
    press_nowhere(page, "/")
    expect(steps.message_box(page)).to_be_focused()
    press_nowhere(page, "?")
    expect(dialog).to_be_visible()
