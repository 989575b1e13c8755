"""A real Chromium on a live server; skipped, and said so, where there is none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from accounts.models import User
from tests.factories import PASSWORD

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(600))  # one test opens every page there is
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="NO CHROMIUM: the browser tests did not run"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's event loop runs in the tests' own thread
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield started
        started.close()


@dataclass
class Visitor:
    """Somebody at a browser: signs in by the form, remembers what the console complained of."""

    page: Page
    base: str
    language: str
    complaints: list[str] = field(default_factory=list)

    def sign_in(self, user: User) -> None:
        self.go("/account/login/")
        self.page.locator("input[name=login]").fill(user.email)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.locator("main button[type=submit]").first.click()
        self.page.wait_for_url(f"{self.base}/{self.language}/")

    def go(self, path: str) -> int:
        """Open a page of this visitor's language; returns the status."""
        answer = self.page.goto(f"{self.base}/{self.language}{path}")
        assert answer is not None
        return answer.status

    def width(self) -> int:
        """How wide the page wants to be, in pixels."""
        return int(self.page.locator("html").evaluate("element => element.scrollWidth"))


@pytest.fixture
def visit(browser: Browser, live_server: Any) -> Iterator[Callable[..., Visitor]]:
    """`visit(user, language="en", width=1280, dark=False, scripts=True)`: a new window, signed in."""
    windows: list[BrowserContext] = []

    def open_window(
        user: User | None = None,
        *,
        language: str = "en",
        width: int = 1280,
        dark: bool = False,
        scripts: bool = True,
    ) -> Visitor:
        window = browser.new_context(
            viewport={"width": width, "height": 900},
            locale=language,
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            extra_http_headers={"Accept-Language": language},
        )
        windows.append(window)
        visitor = Visitor(window.new_page(), live_server.url, language)
        visitor.page.on("console", lambda message: _note(visitor, message))
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        if user:
            visitor.sign_in(user)
        return visitor

    yield open_window
    for window in windows:
        window.close()


def _note(visitor: Visitor, message: Any) -> None:
    if message.type in ("error", "warning"):
        visitor.complaints.append(f"{visitor.page.url}: {message.text}")
