"""A person keeps conversations: branches, finds, renames, deletes them."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import steps

pytestmark = pytest.mark.journey


def talk(page: Page, base_url: str, text: str) -> None:
    steps.sign_up(page, base_url)
    steps.set_sampling(page, temperature=0, max_tokens=8)
    steps.wait_written(steps.ask(page, text))


def test_regenerating_makes_a_sibling(page: Page, base_url: str) -> None:
    talk(page, base_url, "Say hello.")
    answer = steps.answers(page).last
    answer.hover()
    answer.get_by_role("button", name=re.compile("again|regenerate", re.I)).click()
    expect(steps.answers(page).last).to_contain_text(
        re.compile(r"2 of 2|2\s*/\s*2"), timeout=steps.ANSWER_MS
    )
    steps.wait_written(steps.answers(page).last)
    page.get_by_role("button", name=re.compile("previous", re.I)).last.click()
    expect(steps.answers(page).last).to_contain_text(re.compile(r"1 of 2|1\s*/\s*2"))


def test_editing_a_message_branches(page: Page, base_url: str) -> None:
    talk(page, base_url, "Name a fruit.")
    question = steps.questions(page).first
    question.hover()
    question.get_by_role("button", name=re.compile("edit", re.I)).click()
    box = question.get_by_role("textbox")
    box.fill("Name a colour.")
    question.get_by_role("button", name=re.compile("send|save", re.I)).click()
    expect(steps.questions(page).first).to_contain_text("Name a colour.")
    steps.wait_written(steps.answers(page).first)
    page.get_by_role("button", name=re.compile("previous", re.I)).first.click()
    expect(steps.questions(page).first).to_contain_text("Name a fruit.")


def test_search_finds_chinese_text(page: Page, base_url: str) -> None:
    talk(page, base_url, "请介绍一下长城的历史。")
    page.get_by_role("searchbox").fill("长城")
    results = page.locator("[data-list] a")
    expect(results).to_have_count(1)
    page.get_by_role("searchbox").fill("不存在的话")
    expect(results).to_have_count(0)


def test_a_deleted_conversation_can_be_brought_back(page: Page, base_url: str) -> None:
    talk(page, base_url, "A letter to the bank.")
    link = page.locator("[data-list] a").first
    expect(link).to_be_visible()
    link.hover()
    page.locator("[data-list]").get_by_role(
        "button", name=re.compile("delete", re.I)
    ).first.click()
    expect(page.locator("[data-list] a")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-list] a")).to_have_count(1)


def test_another_person_finds_nothing_there(
    page: Page, browser: Browser, base_url: str
) -> None:
    talk(page, base_url, "A secret.")
    stranger = browser.new_page()
    steps.sign_up(stranger, base_url, name="Charlie")
    answer = stranger.goto(page.url)
    assert answer is not None
    assert answer.status == 404
    stranger.close()
