"""What people do on the pages, by the names that a screen reader would say."""

import re
import secrets

from playwright.sync_api import Locator, Page, expect

PASSWORD = "correct horse battery"
ANSWER_MS = 120_000  # a small model on a busy machine
LONG_ANSWER = "Write a long story about a sailor, a lighthouse and a storm."
LONG_TOKENS = 200
# What the scripted model answers in its own time, however fast the machine is: ten
# seconds, for what people do while an answer is being written, and ten minutes, for an
# answer that would not end before the test does.
SLOW_ANSWER = "300 30"
ENDLESS_ANSWER = "9000 15"


def sign_up(page: Page, base_url: str, *, name: str = "Alice") -> str:
    """A new person, signed in, at the empty chat. Returns the e-mail address."""
    email = f"{name.lower()}-{secrets.token_hex(4)}@example.org"
    page.goto(f"{base_url}/accounts/signup/")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=email]").fill(email)
    page.locator("input[type=password]").first.fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"{base_url}/")
    return email


def sign_in(page: Page, base_url: str, email: str) -> None:
    page.goto(f"{base_url}/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"{base_url}/")


def message_box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message", exact=True)


def answers(page: Page) -> Locator:
    return page.get_by_role("article", name="Assistant")


def questions(page: Page) -> Locator:
    return page.get_by_role("article", name="You")


def set_sampling(page: Page, **values: object) -> None:
    """Open the tucked-away settings, and fill fields by their names."""
    panel = page.locator("details[data-sampling]")
    if panel.get_attribute("open") is None:
        panel.locator("summary").click()
    for name, value in values.items():
        panel.locator(f"[name={name}]").fill(str(value))


def choose_scripted(page: Page) -> None:
    """A model that writes as slowly as it is told."""
    page.locator("select[name=model]").select_option("scripted")
    set_sampling(page, max_tokens=10_000)


def ask(page: Page, text: str) -> Locator:
    """Send; returns the answer's article, which has begun and may not have ended."""
    box = message_box(page)
    count = answers(page).count()
    box.fill(text)
    page.get_by_role("button", name="Send", exact=True).click()
    answer = answers(page).nth(count)
    expect(answer).to_be_visible()
    return answer


def wait_written(answer: Locator) -> str:
    """Until the answer is complete; its text as a reader sees it."""
    expect(answer).not_to_have_attribute("aria-busy", "true", timeout=ANSWER_MS)
    return answer_text(answer)


def wait_words(answer: Locator, count: int) -> str:
    """Until some words are on the page, while it goes on."""
    expect(body(answer)).to_contain_text(
        re.compile(rf"(\S+\s+){{{count}}}"), timeout=ANSWER_MS
    )
    return answer_text(answer)


def body(answer: Locator) -> Locator:
    return answer.locator("[data-body]")


def answer_text(answer: Locator) -> str:
    return " ".join(body(answer).inner_text().split())
