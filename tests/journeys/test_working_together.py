"""What one person has in hand outlives what another does to the document."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import translating
from tests.journeys.test_accessibility import violations

pytestmark = pytest.mark.journey

TEXT = b"He came. He saw. He won.\n\nThe end.\n"


@pytest.fixture
def editor(page: Page, second: Page, base_url: str) -> Page:
    """Alice at a text of four sentences; Bob, a reviewer, has it open, too."""
    translating.team_of_two(page, second, base_url, role="reviewer")
    translating.project_begin(page, base_url)
    second.goto(translating.document_bring(page, "caesar.txt", TEXT))
    expect(translating.rows(second)).to_have_count(4)
    return page


def test_a_half_written_comment_outlives_a_merging(editor: Page, second: Page) -> None:
    translating.row_open(editor, 4)
    editor.keyboard.press("Alt+m")
    editor.get_by_role("textbox", name="Comment").fill("Is this really the end")

    translating.row_open(second, 1)
    second.keyboard.press("Alt+j")
    expect(translating.rows(editor)).to_have_count(3)

    comment = editor.get_by_role("textbox", name="Comment")
    expect(comment).to_have_value("Is this really the end")
    comment.press("Control+Enter")
    expect(translating.row(second, 3)).to_contain_text("1 comment")


def test_what_was_said_of_both_halves_is_kept(editor: Page, second: Page) -> None:
    translating.row_open(editor, 2).fill("Il vit.")
    editor.keyboard.press("Alt+m")
    editor.get_by_role("textbox", name="Comment").fill("Or: Il a vu?")
    editor.keyboard.press("Control+Enter")
    translating.leave(editor)
    expect(translating.row(second, 2)).to_contain_text("Il vit.")

    translating.row_open(second, 1)
    second.keyboard.press("Alt+j")
    expect(translating.row(second, 1)).to_contain_text("He came. He saw.")

    expect(translating.row(second, 1)).to_contain_text("1 comment")
    second.keyboard.press("Alt+y")
    history = second.get_by_role("region", name="History")
    expect(history).to_contain_text("Of a segment that was merged into this one")


def test_a_deleted_letter_does_not_come_back(editor: Page) -> None:
    field = translating.row_open(editor, 1)
    field.press_sequentially("x")
    field.press("Backspace")
    editor.reload()

    expect(translating.row(editor, 1)).not_to_contain_text("Not saved yet")
    expect(translating.row_open(editor, 1)).to_have_value("")


def test_the_key_undoes_ones_own_and_nobody_elses(editor: Page, second: Page) -> None:
    translating.row(editor, 3).focus()
    editor.keyboard.press("Shift+ArrowDown")
    editor.keyboard.press("c")
    expect(translating.row(second, 4)).to_contain_text("Alice")

    translating.row(second, 1).focus()
    second.keyboard.press("u")

    expect(second.get_by_text("Nothing to undo.")).to_be_visible()
    expect(translating.row(editor, 4)).to_contain_text("You")


@pytest.mark.parametrize("width", [1280, 390])
def test_who_is_named_hears_of_it_and_finds_it(
    editor: Page, second: Page, width: int
) -> None:
    second.set_viewport_size({"width": width, "height": 800})
    translating.row_open(editor, 2)
    editor.keyboard.press("Alt+m")
    editor.get_by_role("textbox", name="Comment").fill("He saw what, @Bob?")
    editor.keyboard.press("Control+Enter")

    expect(second.get_by_text("Somebody mentioned you in a comment.")).to_be_visible()
    second.get_by_role("button", name="Look").click()
    second.wait_for_url(re.compile("/translate/mentions/"))
    expect(second.get_by_role("main")).to_contain_text("He saw what, @Bob?")
    assert violations(second) == []
    second.get_by_role("link", name="caesar.txt, segment 2").click()
    expect(
        second.get_by_role("textbox", name="Translation", exact=True)
    ).to_be_visible()
