"""What translators do, by the names that a screen reader would say."""

import re
from pathlib import Path

import django.contrib.auth
import polib
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.journeys import steps

# Django's own words for its sign-in pages: plurals, placeholders, long mails.
CATALOGUE = (
    Path(django.contrib.auth.__file__).parent / "locale/fr/LC_MESSAGES/django.po"
)
WRITTEN_MS = 120_000  # a catalogue by a model on a busy machine


def catalogue_untranslated() -> bytes:
    """As a translator gets it."""
    catalogue = polib.pofile(str(CATALOGUE))
    for entry in catalogue:
        entry.msgstr = ""
        entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, "")
    return str(catalogue).encode()


def team_make(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}/teams/")
    page.locator("main input[name=name]").fill("Translators")
    page.locator("main form:has(input[name=name]) button[type=submit]").click()
    expect(page.locator("#invite-role")).to_be_visible()


def team_of_two(first: Page, second: Page, base_url: str, *, role: str) -> None:
    """Alice owns it; Bob comes in by a link, as this role."""
    steps.sign_up(first, base_url)
    team_make(first, base_url)
    first.locator("#invite-role").select_option(role)
    first.get_by_role("button", name="Make a link").click()
    link = first.locator("#invitation-link").input_value()
    steps.sign_up(second, base_url, name="Bob")
    second.goto(link)
    second.locator("main form button[type=submit]").first.click()


def project_begin(page: Page, base_url: str, *, language: str = "fr") -> None:
    """From English, by the model that repeats."""
    page.goto(f"{base_url}/translate/new/")
    page.locator("input[name=name]").fill("Django")
    page.locator(f"input[name=target_languages][value={language}]").check()
    page.locator("select[name=model]").select_option("scripted")
    page.get_by_role("button", name="Make the project").click()
    expect(page.get_by_role("heading", name="Add documents")).to_be_visible()


def document_bring(page: Page, name: str, content: bytes) -> str:
    """Imported and open in the editor. Returns its address."""
    file: FilePayload = {
        "name": name,
        "mimeType": "application/octet-stream",
        "buffer": content,
    }
    page.locator("#import input[type=file]").set_input_files([file])
    page.locator("#import").get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url(re.compile("/translate/d/"))
    expect(rows(page).first).to_be_visible()
    return page.url


def rows(page: Page) -> Locator:
    return page.get_by_role("grid", name="Segments").get_by_role("row")


def row(page: Page, number: int) -> Locator:
    return page.locator(f"[role=row][aria-rowindex='{number}']")


def row_open(page: Page, number: int) -> Locator:
    """Opens it; returns the field of its translation."""
    row(page, number).get_by_role("gridcell").nth(2).click()
    field = page.get_by_role("textbox", name="Translation", exact=True)
    expect(field).to_be_focused()
    return field


def leave(page: Page) -> None:
    """Out of the open row, which is saved. A completion or a panel goes first."""
    field = page.get_by_role("textbox", name="Translation", exact=True)
    for _press in range(3):
        page.keyboard.press("Escape")
        if not field.is_visible():
            return
    expect(field).to_be_hidden()


def translate_all(page: Page) -> None:
    page.get_by_role("button", name="Translate", exact=True).click()


def wait_translated(page: Page) -> None:
    """All but what a person has in hand, of at least twenty segments."""
    bar = page.get_by_role("progressbar", name="Translated")
    expect(bar).to_have_attribute(
        "aria-valuenow", re.compile(r"^(9[5-9]|100)$"), timeout=WRITTEN_MS
    )
    pause = page.get_by_role("button", name="Pause machine translation")
    expect(pause).to_be_hidden(timeout=WRITTEN_MS)


def export(page: Page, which: str = "All, also by a machine") -> bytes:
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=which).click()
    return Path(download.value.path()).read_bytes()
