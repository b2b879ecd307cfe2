"""A browser in front of the whole product, started once for all journeys.

Both live as long as this package: playwright keeps an event loop in the main thread,
and tests of other packages need to start theirs.
"""

import re
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    expect,
    sync_playwright,
)

from tests.browser import HOW_TO_GET, browser_find
from tests.product import Product, product_run

WAIT_MS = 20_000  # for anything on a page, on a busy machine
expect.set_options(timeout=WAIT_MS)
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A journey that breaks the network on purpose, or asks for what is not there, makes the
# browser say so; so does htmx of a request that a newer one replaced. Everything else
# on the console is a fault of ours.
EXPECTED = re.compile(
    r"Failed to load resource|net::ERR_|WebSocket connection to .* failed"
    r"|htmx:(sendAbort|afterRequest)"
)


@pytest.fixture(scope="package")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    home = tmp_path_factory.mktemp("home")
    # Also a model that repeats its text at once: translations need no patience.
    with product_run(home, TANDEM_SCRIPTED="1") as running:
        yield running


@pytest.fixture(scope="package")
def base_url(product: Product) -> str:
    return product.base_url


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    found = browser_find()
    if found is None:
        pytest.fail(HOW_TO_GET)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def product_log(product: Product) -> Iterator[None]:
    """What the product said meanwhile, for the report of a journey that fails."""
    seen = len(product.lines)
    yield
    sys.stdout.write("\n".join(product.lines[seen:]))


@pytest.fixture
def locale() -> str:
    return "en-GB"


@pytest.fixture
def context(browser: Browser, locale: str) -> Iterator[BrowserContext]:
    """A browser of its own for each test; its console must stay clean."""
    opened = browser.new_context(locale=locale)
    opened.set_default_timeout(WAIT_MS)
    complaints: list[str] = []
    opened.on(
        "console",
        lambda message: (
            complaints.append(message.text)
            if message.type == "error" and not EXPECTED.search(message.text)
            else None
        ),
    )
    opened.on("weberror", lambda error: complaints.append(str(error.error)))
    yield opened
    opened.close()
    assert complaints == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def second(browser: Browser) -> Iterator[Page]:
    """Of another person."""
    context = browser.new_context(locale="en-GB")
    context.set_default_timeout(WAIT_MS)
    yield context.new_page()
    context.close()
