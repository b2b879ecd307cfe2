"""Two people, two browsers, one document."""

import shutil
import subprocess
from pathlib import Path
from typing import Literal

import polib
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import steps, translating
from tests.journeys.test_accessibility import violations
from tests.journeys.test_answering import frames_of

pytestmark = pytest.mark.journey

TEXTS = b"""msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Please enter a number."
msgstr ""

msgid "%(count)s files deleted."
msgstr ""

msgid "Are you sure?"
msgstr "\xc3\x8ates-vous s\xc3\xbbr ?"
"""


@pytest.fixture
def editor(page: Page, second: Page, base_url: str) -> Page:
    """Alice at a small document; Bob, a reviewer, has it open, too."""
    translating.team_of_two(page, second, base_url, role="reviewer")
    translating.project_begin(page, base_url)
    second.goto(translating.document_bring(page, "small.po", TEXTS))
    expect(translating.rows(second)).to_have_count(3)
    return page


def test_a_catalogue_is_translated_while_two_work_on_it(
    page: Page, second: Page, base_url: str, tmp_path: Path
) -> None:
    translating.team_of_two(page, second, base_url, role="reviewer")
    translating.project_begin(page, base_url)
    deltas = [frames_of(each, "deltas") for each in (page, second)]
    content = translating.catalogue_untranslated()
    second.goto(translating.document_bring(page, "django.po", content))

    field = translating.row_open(page, 3)
    translating.translate_all(page)
    field.fill("Des mots à moi")
    translating.wait_translated(page)
    expect(field).to_have_value("Des mots à moi")
    translating.leave(page)
    assert all(deltas), "the model's words came to both as they were written"

    mine = translating.row(second, 3)
    expect(mine).to_contain_text("Des mots à moi")
    expect(mine).to_contain_text("Alice")
    mine.focus()
    second.keyboard.press("p")
    expect(translating.row(page, 3)).to_contain_text("Reviewed")

    exported = translating.export(page)
    assert translating.export(second) == exported
    texts = {entry.msgid: entry.msgstr for entry in polib.pofile(exported.decode())}
    assert "Des mots à moi" in texts.values()
    if checker := shutil.which("msgfmt"):
        path = tmp_path / "django.po"
        path.write_bytes(exported)
        checked = [checker, "--check", "--output-file", str(tmp_path / "mo"), str(path)]
        subprocess.run(checked, check=True, capture_output=True)


def test_a_held_row_says_by_whom_and_can_be_taken_over(
    editor: Page, second: Page
) -> None:
    translating.row_open(editor, 1)
    expect(translating.row(second, 1)).to_contain_text("Alice")

    translating.row(second, 1).get_by_role("gridcell").nth(2).click()
    expect(second.get_by_text("Alice is working on this segment.")).to_be_visible()
    second.get_by_role("button", name="Take over").click()

    expect(second.get_by_role("textbox", name="Translation")).to_be_editable()
    expect(editor.get_by_text("Bob is working on this segment.")).to_be_visible()


def test_what_two_changed_at_once_is_merged_by_the_later_one(
    editor: Page, second: Page
) -> None:
    field = translating.row_open(editor, 3)
    field.fill("Êtes-vous vraiment sûr ?")
    translating.row(second, 3).get_by_role("gridcell").nth(2).click()
    second.get_by_role("button", name="Take over").click()
    second.get_by_role("textbox", name="Translation").fill("Êtes-vous sûr de vous ?")
    translating.leave(second)
    expect(translating.row(second, 3)).to_contain_text("You")

    editor.keyboard.press("Alt+a")
    expect(editor.get_by_text("Bob changed this while you did")).to_be_visible()
    editor.keyboard.press("Alt+1")

    both = "Êtes-vous vraiment sûr de vous ?"
    expect(translating.row(second, 3)).to_contain_text(both)
    expect(editor.get_by_text("Bob changed this while you did")).to_be_hidden()


def test_a_lost_placeholder_is_told_while_typing_and_blocks_approval(
    editor: Page,
) -> None:
    translating.row_open(editor, 2).fill("Des fichiers supprimés.")

    approve = editor.get_by_role("button", name="Approve")
    expect(approve).to_be_disabled()
    expect(editor.get_by_role("list", name="Checks")).to_contain_text("%(count)s")
    editor.keyboard.press("Home")
    editor.keyboard.press("Alt+i")
    expect(editor.get_by_role("textbox", name="Translation")).to_have_value(
        "%(count)sDes fichiers supprimés."
    )
    expect(approve).to_be_enabled()


def test_a_phone_that_is_turned_shows_all_of_the_open_row(editor: Page) -> None:
    translating.row_open(editor, 1)
    editor.keyboard.press("Alt+y")
    expect(editor.get_by_role("region", name="History")).to_be_visible()

    for width in (390, 800, 390):
        editor.set_viewport_size({"width": width, "height": 900})

        editor.wait_for_function(
            """() => {
              const rows = [...document.querySelectorAll("[role=row][aria-rowindex]")];
              const boxes = rows.map((row) => row.getBoundingClientRect());
              const tops = boxes.slice(1).map(({ top }) => top);
              return tops.every((top, at) => Math.abs(top - boxes[at].bottom) < 2);
            }"""
        )


def test_what_is_done_with_many_is_undone_as_one(editor: Page, second: Page) -> None:
    translating.row(editor, 1).focus()
    editor.keyboard.press("Shift+ArrowDown")
    expect(editor.get_by_text("2 selected")).to_be_visible()
    editor.keyboard.press("c")
    expect(translating.row(second, 2)).to_contain_text("Alice")

    editor.get_by_role("button", name="Undo: ").click()
    expect(translating.row(second, 2)).to_contain_text("Empty")
    expect(translating.row(second, 1)).to_contain_text("Empty")


def test_what_is_written_without_a_connection_is_saved_when_it_is_back(
    editor: Page, second: Page
) -> None:
    field = translating.row_open(editor, 1)
    editor.context.set_offline(True)
    field.fill("Saisissez un nombre.")
    translating.leave(editor)
    expect(translating.row(editor, 1)).to_contain_text("Not saved yet")
    expect(editor.locator("[data-offline]")).to_be_visible()
    editor.context.set_offline(False)

    expect(translating.row(second, 1)).to_contain_text(
        "Saisissez un nombre.", timeout=40_000
    )
    expect(translating.row(editor, 1)).to_contain_text("You")


def test_a_comment_and_the_way_back_to_an_earlier_text(
    editor: Page, second: Page
) -> None:
    translating.row_open(editor, 3).fill("Sûr ?")
    editor.keyboard.press("Alt+m")
    editor.get_by_role("textbox", name="Comment").fill("Too short, @Bob?")
    editor.keyboard.press("Control+Enter")
    expect(editor.get_by_text("Too short, @Bob?")).to_be_visible()
    expect(translating.row(second, 3)).to_contain_text("1 comment")
    translating.leave(editor)
    expect(translating.row(second, 3)).to_contain_text("Sûr ?")

    translating.row(second, 3).focus()
    second.keyboard.press("y")
    history = second.get_by_role("region", name="History")
    history.get_by_role("button", name="Restore").last.click()
    expect(translating.row(editor, 3)).to_contain_text("Êtes-vous sûr ?")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_editor_breaks_no_rule_of_accessibility(
    browser: Browser, base_url: str, scheme: Literal["light", "dark"], width: int
) -> None:
    context = browser.new_context(
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
        locale="en-GB",
        reduced_motion="reduce",
    )
    page = context.new_page()
    steps.sign_up(page, base_url)
    translating.team_make(page, base_url)
    translating.project_begin(page, base_url, language="ar")
    translating.document_bring(page, "small.po", TEXTS)
    found = violations(page)
    translating.row_open(page, 2).fill("%(count)d")
    expect(page.get_by_role("list", name="Checks")).to_be_visible()
    found += violations(page)
    page.keyboard.press("Alt+m")
    found += violations(page)
    context.close()
    assert found == []
