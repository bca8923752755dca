"""A person in front of a page, who acts by what is written on it: labels, roles, headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.support.site import PASSWORD, Site, Who
from tests.support.visitor import COOKIE


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
        """Come as the holder of an office who has signed in, to the work that waits."""
        self.page.context.add_cookies(
            [{"name": COOKIE, "value": self.site.cookie(who), "url": self.site.address}]
        )
        self.visit("/work")
        return self

    def sign_in(self, who: Who) -> Walker:
        """Sign in as the holder of an office by the page for it."""
        self.visit("/sign-in")
        self.page.locator("#email").fill(self.site.account(who))
        self.enter_password()
        expect(self.page).to_have_url(re.compile("/work$"))
        return self

    def enter_password(self) -> None:
        """Write the password of everybody in the rehearsal, and send the form."""
        self.page.locator("#password").fill(PASSWORD)
        with self.arriving():
            self.page.locator("#password").press("Enter")

    def press(self, name: str) -> None:
        """Press the button called exactly `name`; the page that answers is there afterwards."""
        self.go(self.page.get_by_role("button", name=_exactly(name)))

    def follow(self, name: str) -> None:
        """Follow the first link called exactly `name`, to where it leads."""
        self.go(self.page.get_by_role("link", name=_exactly(name)).first)

    def go(self, control: Locator) -> None:
        """Click what leads to another page, and be there."""
        with self.arriving():
            control.click()

    @contextmanager
    def arriving(self) -> Iterator[None]:
        """What is done inside leads to another page, which is whole when it ends."""
        with self.page.expect_navigation(wait_until="load"):
            yield

    def fill(self, texts: Mapping[str, str]) -> None:
        """Fill or choose in fields by their labels."""
        for label, text in texts.items():
            control = self.field(label)
            if control.evaluate("e => e.tagName") == "SELECT":
                control.select_option(label=text)
            else:
                control.fill(text)

    def field(self, label: str) -> Locator:
        """The control whose name is `label`, with nothing after it but its unit."""
        return self.page.get_by_label(
            _exactly(label, rest=r"( US\$)?( \((opcional|facultatif)\))?")
        )

    def group(self, name: str) -> Locator:
        """The group of controls under the question `name`."""
        return self.page.get_by_role("group", name=name).or_(
            self.page.get_by_role("radiogroup", name=name)
        )

    def tick(self, group: str, *options: str) -> None:
        """Mark options of the group called `group`."""
        for option in options:
            self.group(group).get_by_label(option, exact=True).check()

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Expect `text` somewhere in the page's own content."""
        expect(self.page.get_by_role("main")).to_contain_text(text)

    def reads(self, heading: str | re.Pattern[str]) -> None:
        """Expect the heading of the page."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    def stands(self, words: str) -> None:
        """Expect the case of the page to stand at the step, or side state, called `words`."""
        expect(self.page.locator("[aria-current=step]")).to_contain_text(words)


def _exactly(name: str, rest: str = "") -> re.Pattern[str]:
    """A name as it is heard: a part for the ear alone may stand off by a space."""
    heard = re.sub(r"\\? ?([,:])", r"\\s*\1", re.escape(name))
    return re.compile(f"^{heard}{rest}$")
