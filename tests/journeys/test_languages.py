"""A browser that asks for Chinese gets Chinese; what the person chooses comes first."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys import steps

pytestmark = pytest.mark.journey


@pytest.fixture
def locale() -> str:
    return "zh-CN"


def choose_language(page: Page, base_url: str, code: str) -> None:
    """On the page of settings; an empty code is the browser's language."""
    page.goto(f"{base_url}/settings/")
    page.locator("main select[name=language]").select_option(code)
    page.locator("main form button[type=submit]").click()
    expect(page.locator("#toasts [data-toast]")).to_be_visible()


def test_signing_up_and_asking_in_chinese(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}/accounts/signup/")
    expect(page.get_by_role("heading", name="注册")).to_be_visible()
    expect(page.get_by_label("邮箱")).to_be_visible()
    steps.sign_up(page, base_url)
    expect(page.get_by_role("heading", name="新对话")).to_be_visible()

    steps.set_sampling(page, temperature=0, max_tokens=16)
    page.get_by_role("textbox", name="消息", exact=True).fill("你好，Paris 在哪里？")
    page.get_by_role("button", name="发送", exact=True).click()
    log = page.get_by_role("log", name="对话")
    expect(log.get_by_role("article", name="你", exact=True)).to_contain_text("你好")
    answer = log.get_by_role("article", name="助手")
    expect(answer).to_be_visible()
    assert steps.wait_written(answer)
    expect(answer).to_contain_text("个词元")
    expect(answer.get_by_role("button", name="重新生成")).to_be_visible()
    expect(page).to_have_title("你好，Paris 在哪里？ · Tandem")


def test_what_scripts_say_is_chinese(
    page: Page, context: BrowserContext, base_url: str
) -> None:
    steps.sign_up(page, base_url)
    context.set_offline(True)
    expect(page.locator("[data-offline]")).to_have_text("你已离线。写下的内容会保留。")
    context.set_offline(False)
    expect(page.locator("[data-offline]")).to_be_hidden(timeout=30_000)


def test_what_a_person_chooses_beats_the_browser(page: Page, base_url: str) -> None:
    steps.sign_up(page, base_url)
    choose_language(page, base_url, "en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(base_url)
    expect(steps.message_box(page)).to_be_visible()
    steps.set_sampling(page, max_tokens=4)
    answer = steps.ask(page, "Say hello.")
    assert steps.wait_written(answer)
    expect(answer).to_contain_text("Cut by the token limit")

    choose_language(page, base_url, "")
    page.goto(base_url)
    expect(page.get_by_role("textbox", name="消息", exact=True)).to_be_visible()
