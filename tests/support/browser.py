"""A real Chromium for tests, and what a page must never do while it is looked at.

Run as a program (`python -m tests.support.browser`) it says whether the browser starts, and what to
install when it does not.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Page,
    expect,
    sync_playwright,
)

# The first has no windows of its own to draw: it takes half the time of the others.
PROGRAMS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
BUNDLES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
PATIENCE_MS = 20_000  # a busy machine is no fault of a page
PICTURES = os.environ.get("RICOMI_TEST_PICTURES")  # the folder where pictures of pages are kept
_FINDINGS = """async (options) => {
  const told = (rule) => (node) => `${rule.id}: ${rule.help} at ${node.target.join(' ')}`;
  return (await axe.run(options)).violations.flatMap((rule) => rule.nodes.map(told(rule)));
}"""
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def find_chromium(bundled: str) -> str:
    """The browser named by `RICOMI_BROWSER`, the system's, else that of Playwright at `bundled`.

    Raises: LookupError when there is none.
    """
    named = os.environ.get("RICOMI_BROWSER")
    if named:
        return named
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    candidates = [found] if found else [*BUNDLES, bundled]
    for candidate in candidates:
        if Path(candidate).exists():
            return candidate
    raise LookupError(f"no browser: none of {', '.join(PROGRAMS)} is on the path")


@contextmanager
def launched() -> Iterator[Browser]:
    """Start the browser; its sandbox, which refuses root, is off for root only."""
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(playwright.chromium.executable_path),
            args=flags,
            headless=True,
        )
        yield browser
        browser.close()


@dataclass
class Pages:
    """Opens pages and notes the faults of each: script errors, refused content, foreign hosts."""

    browser: Browser
    language: str
    faults: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def open(
        self,
        *,
        language: str | None = None,
        width: int = 1280,
        height: int = 900,
        dark: bool = False,
        javascript: bool = True,
    ) -> Page:
        """Open a page of a visitor of its own: no cookie is shared with another page."""
        context = self.browser.new_context(
            locale=language or self.language,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("request", lambda request: self._visit(request.url))
        return page

    def close(self) -> None:
        """Close every page that was opened."""
        for context in self._contexts:
            context.close()

    def _note(self, kind: str, text: str) -> None:
        answered = text.startswith("Failed to load resource")  # a refusal's status is no fault
        if kind == "error" and not answered:
            self.faults.append(f"console: {text}")

    def _visit(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme in {"http", "https"} and parts.hostname not in {"127.0.0.1", "localhost"}:
            self.faults.append(f"request to another host: {address}")


def axe_findings(page: Page, only: str = "") -> list[str]:
    """What axe finds on `page`, one line for each rule and element; `only` names one rule."""
    chosen = {"type": "rule", "values": [only]} if only else {"type": "tag", "values": list(WCAG)}
    told = ["violations"]  # of what passes, one element of each rule is enough
    if not page.evaluate("'axe' in window"):  # half a megabyte, once for each page
        page.evaluate(Axe().axe_script)
    options = {"runOnly": chosen, "resultTypes": told}
    return cast("list[str]", page.evaluate(_FINDINGS, options))


def save_screenshot(page: Page, name: str) -> None:
    """Keep a picture of the whole page as `<name>.png` where somebody wants to look at it."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def main() -> int:
    """Say whether the browser starts."""
    try:
        with launched() as browser:
            sys.stdout.write(f"Chromium {browser.version}\n")
    except (Error, LookupError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
