"""A person in front of a page, who acts by what is written on it: labels, roles, headings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.support.site import PASSWORD, Site, Who


@dataclass(frozen=True, slots=True)
class Walker:
    """One visitor in one language."""

    page: Page
    site: Site
    lang: str = "es"

    def visit(self, path: str) -> None:
        """Open a page by its address without the language."""
        self.page.goto(f"{self.site.address}/{self.lang}{path}")

    def enter(self, who: Who) -> Walker:
        """Sign in as the holder of an office."""
        self.visit("/sign-in")
        self.page.locator("#email").fill(self.site.account(who))
        self.page.locator("#password").fill(PASSWORD)
        self.page.locator("#password").press("Enter")
        expect(self.page).to_have_url(re.compile("/work$"))
        return self

    def press(self, name: str) -> None:
        """Press the button called exactly `name`."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        """Follow the first link called exactly `name`."""
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def write(self, label: str, text: str) -> None:
        """Fill the field whose name begins with `label`."""
        self.field(label).fill(text)

    def field(self, label: str) -> Locator:
        """The control whose name begins with `label`, and goes on with its unit at most."""
        return self.page.get_by_label(re.compile(f"^{re.escape(label)}"))

    def tick(self, group: str, *options: str) -> None:
        """Mark options of the group called `group`."""
        within = self.page.get_by_role("group", name=group)
        for option in options:
            within.get_by_label(option, exact=True).check()

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Expect `text` somewhere in the page's own content."""
        expect(self.page.get_by_role("main")).to_contain_text(text)

    def reads(self, heading: str | re.Pattern[str]) -> None:
        """Expect the heading of the page."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
