"""What every room's tests share: the real networks, and a browser.

Tests that need either are skipped where it is not there. ``ONA_REQUIRE``, a list with commas of ``browser`` and
``datasets``, makes them fail instead, so that nobody takes a skipped test for a passed one.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def lacking(what: str, reason: str) -> None:
    """Skip a test for want of something, or fail it where that is required."""
    if what in [word.strip() for word in os.environ.get("ONA_REQUIRE", "").split(",")]:
        pytest.fail(f"{reason}, and ONA_REQUIRE asks for {what}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def datasets() -> Path:
    """The folder of real networks, which is never part of the project."""
    folder = Path(os.environ.get("ONA_DATASETS", ROOT.parent / "shared" / "datasets"))
    if not folder.is_dir():
        lacking("datasets", f"the real networks are not at {folder}; set ONA_DATASETS to their folder")
    return folder


@dataclass
class Visit:
    """A page that was opened: every request it made and everything it complained about."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def mark(self, name: str) -> str:
        """A read-only mark of the picture's state."""
        return str(self.page.get_attribute("#picture", f"data-{name}"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium, headless."""
    if find_spec("playwright") is None:
        lacking("browser", "playwright is not installed")
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        lacking("browser", f"none of {', '.join(BROWSERS)} is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Any) -> Iterator[Callable[..., Visit]]:
    """Open a file and record all it asks for; the page is closed afterwards."""
    opened: list[Any] = []

    def go(path: Path, *, fragment: str = "", width: int = 1440, height: int = 900, ready: bool = True) -> Visit:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce", accept_downloads=True
        )
        opened.append(context)
        page = context.new_page()
        seen = Visit(page)
        page.on("request", lambda request: seen.requests.append(request.url))
        page.on("console", lambda message: seen.complaints.append(message.text) if message.type != "log" else None)
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        page.goto(path.as_uri() + fragment)
        if ready:
            page.wait_for_selector("body.ready", timeout=20_000)
        return seen

    yield go
    for context in opened:
        context.close()
