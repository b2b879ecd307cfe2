"""People come in, work in teams, and are looked after by an administrator."""

import re
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import steps
from tests.product import Product

pytestmark = pytest.mark.journey

LOG_SECONDS = 30
SETUP_LINK = re.compile(r"http://\S+/setup/\S+/")
RESET_LINK = re.compile(r"http://\S+/password/reset/key/\S+/")


def said(product: Product, pattern: re.Pattern[str]) -> str:
    """The last that the log holds; what a process says takes a while to get there."""
    deadline = time.monotonic() + LOG_SECONDS
    while time.monotonic() < deadline:
        if found := pattern.findall(product.log):
            return str(found[-1])
        time.sleep(0.05)
    raise AssertionError(f"the log holds no {pattern.pattern}")


def test_the_setup_link_makes_one_administrator_who_reviews(
    page: Page, browser: Browser, product: Product
) -> None:
    link = said(product, SETUP_LINK)
    page.goto(link)
    page.locator("input[name=name]").fill("Root")
    page.locator("input[name=email]").fill("root@example.org")
    page.locator("input[type=password]").first.fill(steps.PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile("/admin/"))

    someone = browser.new_page()
    steps.sign_up(someone, product.base_url, name="Bob")
    steps.set_sampling(someone, temperature=0, max_tokens=8)
    steps.wait_written(steps.ask(someone, "A question for the reviewer."))
    assert someone.goto(link), "the link works once"
    expect(someone.locator("input[type=password]")).to_have_count(0)
    someone.close()

    page.goto(f"{product.base_url}/admin/generation/generation/?q=reviewer")
    row = page.locator("#result_list tbody tr").first
    expect(row).not_to_contain_text("A question for the reviewer.")
    row.get_by_role("link").first.click()
    expect(page.get_by_text("A question for the reviewer.").first).to_be_visible()
    page.goto(f"{product.base_url}/admin/usage/accessrecord/")
    expect(page.locator("#result_list tbody tr").first).to_contain_text(
        "root@example.org"
    )
    page.goto(f"{product.base_url}/admin/")
    expect(page.get_by_text(re.compile("prompts", re.I)).first).to_be_visible()


def test_an_invited_person_joins_the_team(
    page: Page, browser: Browser, base_url: str
) -> None:
    steps.sign_up(page, base_url)
    page.goto(f"{base_url}/teams/")
    page.locator("main input[name=name]").fill("Translators")
    page.locator("main form:has(input[name=name]) button[type=submit]").click()
    page.get_by_role("button", name="Make a link").click()
    link = page.locator("#invitation-link").input_value()

    invited = browser.new_page()
    steps.sign_up(invited, base_url, name="Bob")
    invited.goto(link)
    invited.locator("main form button[type=submit]").first.click()
    invited.goto(f"{base_url}/teams/")
    expect(invited.locator("main")).to_contain_text("Translators")
    invited.close()
    page.reload()
    expect(page.locator("main")).to_contain_text("Bob")


def test_a_forgotten_password_is_set_anew_by_the_link_in_the_log(
    page: Page, product: Product
) -> None:
    email = steps.sign_up(page, product.base_url)
    page.context.clear_cookies()
    page.goto(f"{product.base_url}/accounts/password/reset/")
    page.locator("input[name=email]").fill(email)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile("/done/"))
    page.goto(said(product, RESET_LINK))
    for box in page.locator("input[type=password]").all():
        box.fill("another horse battery")
    page.locator("main form button[type=submit]").click()
    expect(steps.message_box(page)).to_be_visible()
    page.context.clear_cookies()
    page.goto(f"{product.base_url}/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[type=password]").fill("another horse battery")
    page.locator("main form button[type=submit]").click()
    expect(steps.message_box(page)).to_be_visible()
