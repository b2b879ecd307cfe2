"""A team begins to translate: a project, documents in and out of it, in a browser."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, Route, expect

from tests.journeys import steps
from tests.journeys.test_accessibility import violations

pytestmark = pytest.mark.journey

PO = b"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "Please enter a number."
msgstr ""

msgid "Are you sure?"
msgstr ""
"""

LOOK = re.compile("/documents/")  # the list, asked for by itself
LOOK_SECONDS = 20


def project_make(page: Page, base_url: str) -> None:
    """From the first sign-in to an empty project, French and German."""
    steps.sign_up(page, base_url)
    page.get_by_role("navigation", name="Places").get_by_text("Translate").click()
    page.get_by_label("Name of the team").fill("Translators")
    page.get_by_role("button", name="Make the team").click()
    page.get_by_label("Name", exact=True).fill("Handbook")
    for language in ("French", "German"):
        page.get_by_role("searchbox", name="Find a language").fill(language)
        # What the model says of it is there before the page is left.
        with page.expect_response(re.compile("/fit/")):
            page.get_by_role("checkbox", name=re.compile(f"^{language} ")).check()
    page.get_by_role("button", name="Make the project").click()
    expect(page.get_by_role("heading", name="Handbook", level=1)).to_be_visible()


def documents(page: Page) -> Locator:
    return page.get_by_role("region", name="Documents", exact=True)


def upload(page: Page, name: str, content: bytes) -> None:
    file = FilePayload(name=name, mimeType="text/plain", buffer=content)
    page.get_by_label("Choose files, or drop them here").set_input_files(file)


def add(page: Page) -> None:
    page.get_by_role("button", name="Add", exact=True).click()


def look(page: Page) -> None:
    """As if nobody had touched the page for a while."""
    with page.expect_request(LOOK):
        page.clock.fast_forward(1_000 * LOOK_SECONDS)


def test_a_team_makes_a_project_and_brings_documents(page: Page, base_url: str) -> None:
    project_make(page, base_url)
    expect(documents(page)).to_contain_text("No document yet.")
    address = page.url

    # What is wrong with a file is said in words, and nothing of it comes in.
    upload(page, "broken.po", b'msgid "Yes\n')
    page.get_by_role("checkbox", name="French (fr)").check()
    add(page)
    expect(page.get_by_role("alert")).to_contain_text("broken.po: Line 1:")
    expect(documents(page)).to_contain_text("No document yet.")

    # A name that says a language checks it; one more is checked by hand.
    page.goto(address)
    upload(page, "django.fr.po", PO)
    expect(page.get_by_role("checkbox", name="French (fr)")).to_be_checked()
    page.get_by_role("checkbox", name="German (de)").check()
    add(page)
    rows = documents(page).get_by_role("listitem")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("2 segments")

    # A text that is pasted opens at once.
    page.get_by_text("Or paste a text").click()
    page.get_by_label("Text", exact=True).fill("The ferry leaves at noon.")
    page.get_by_role("checkbox", name="German (de)").check()
    add(page)
    page.wait_for_url(re.compile("/translate/d/"))
    page.goto(address)
    expect(rows).to_have_count(3)

    with page.expect_download() as download:
        page.get_by_role("link", name="Export django.fr.po (fr)").click()
    assert download.value.path().read_bytes() == PO


def project_with_two(page: Page, base_url: str) -> Locator:
    """One file in two languages; the rows of the list."""
    project_make(page, base_url)
    upload(page, "a.po", PO)
    languages = page.get_by_role("group", name="Translate into")
    for box in languages.get_by_role("checkbox").all():
        box.check()
    add(page)
    rows = documents(page).get_by_role("listitem")
    expect(rows).to_have_count(2)
    return rows


def test_a_document_is_deleted_and_brought_back_by_keyboard(
    page: Page, base_url: str
) -> None:
    rows = project_with_two(page, base_url)
    # Before its scripts are there the page works by plain forms, and is loaded anew.
    page.wait_for_load_state("load")

    page.get_by_role("button", name="Delete a.po (fr)").press("Enter")
    expect(rows).to_have_count(1)
    expect(page.locator("#documents")).to_be_focused()
    page.get_by_role("button", name="Undo").press("Enter")
    expect(rows).to_have_count(2)


def test_a_press_ends_a_look_at_the_list_that_is_still_on_its_way(
    page: Page, base_url: str
) -> None:
    """The list looks by itself now and then: an answer from before the press must not
    bring the row back, nor take the focus and Undo away."""
    rows = project_with_two(page, base_url)
    page.clock.install()
    page.reload()
    held: list[Route] = []
    page.route(LOOK, lambda route: held.append(route))
    ended: list[str] = []
    page.on("requestfailed", lambda request: ended.append(request.url))

    look(page)
    page.get_by_role("button", name="Delete a.po (fr)").press("Enter")
    expect(rows).to_have_count(1)
    expect(page.locator("#documents")).to_be_focused()
    assert len(held) == len(ended) == 1
    page.get_by_role("button", name="Undo").press("Enter")
    expect(rows).to_have_count(2)
    expect(page.get_by_role("button", name="Undo")).to_be_hidden()
    expect(page.locator("#documents")).to_be_focused()

    # The next look comes through, and finds what is there.
    page.unroute_all()
    with page.expect_response(LOOK):
        look(page)
    expect(rows).to_have_count(2)


def test_a_model_is_started_from_the_list_and_comes_to_its_end(
    page: Page, base_url: str
) -> None:
    project_make(page, base_url)
    upload(page, "a.fr.po", PO)
    expect(page.get_by_role("checkbox", name="French (fr)")).to_be_checked()
    add(page)
    page.wait_for_url(re.compile("/translate/d/"))
    page.go_back()
    page.get_by_role("button", name="Have the model translate a.fr.po").click()

    expect(documents(page)).to_contain_text(
        re.compile("2 pretranslated"), timeout=steps.ANSWER_MS
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_of_the_workspace_breaks_a_rule(
    browser: Browser, base_url: str, scheme: Literal["light", "dark"], width: int
) -> None:
    context = browser.new_context(
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
        locale="en-GB",
        reduced_motion="reduce",
    )
    page = context.new_page()
    project_make(page, base_url)
    found = violations(page)
    project = page.url
    upload(page, "a.de.po", PO)
    expect(page.get_by_role("checkbox", name="German (de)")).to_be_checked()
    page.get_by_role("checkbox", name="French (fr)").check()
    add(page)
    expect(documents(page).get_by_role("listitem")).to_have_count(2)
    found += violations(page)
    for path in (
        f"{base_url}/translate/",
        f"{base_url}/translate/new/",
        f"{project}figures/",
        f"{project}settings/",
    ):
        page.goto(path)
        found += violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
    assert found == []
