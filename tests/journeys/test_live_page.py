"""What a page keeps up with by itself: which models are ready, and whose day it is."""

import signal

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import steps
from tests.product import Product

pytestmark = pytest.mark.journey
HEARTBEAT_MS = 30_000  # of silence and of speech again, on a busy machine


def model_worker(product: Product) -> psutil.Process:
    return next(
        child for child in product.children if "inference.worker.app" in child.cmdline()
    )


def test_the_picker_says_when_a_model_is_away_and_back(
    page: Page, base_url: str, product: Product
) -> None:
    steps.sign_up(page, base_url)
    option = page.locator("select[name=model] option").first
    expect(option).not_to_contain_text("(", timeout=HEARTBEAT_MS)
    worker = model_worker(product)
    worker.send_signal(signal.SIGSTOP)
    try:
        expect(option).to_contain_text("(not ready)", timeout=HEARTBEAT_MS)
    finally:
        worker.send_signal(signal.SIGCONT)
    expect(option).not_to_contain_text("(", timeout=HEARTBEAT_MS)


def test_the_server_learns_the_readers_time_zone(
    browser: Browser, base_url: str
) -> None:
    with browser.new_context(timezone_id="Asia/Shanghai") as context:
        context.new_page().goto(f"{base_url}/accounts/login/")
        cookies = {cookie["name"]: cookie["value"] for cookie in context.cookies()}
    assert cookies["time_zone"] == "Asia/Shanghai"
