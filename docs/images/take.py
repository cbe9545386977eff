"""Take the README's picture: the sample's map with one person selected and an introduction path lit.

ona demo --out demo && python docs/images/take.py demo/analyst/map.html
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PERSON = "Sofía Gunawardena"


def main() -> None:
    """Open the page given, select a person, light the first path, save the picture beside this script."""
    page_file = Path(sys.argv[1]).resolve()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(page_file.as_uri())
        page.locator("#search").fill(PERSON)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Light the path").first.click()
        page.wait_for_timeout(1500)
        page.screenshot(path=Path(__file__).with_name("map.png"))
        browser.close()


if __name__ == "__main__":
    main()
