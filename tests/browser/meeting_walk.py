"""One meeting as the people who run it come to it, page by page, in one language."""

from dataclasses import dataclass, field

from playwright.sync_api import Locator, ViewportSize

from tests.browser.conftest import Entering
from tests.support.browser import axe_findings, save_screenshot
from tests.support.looking import broken_relations, overflowing, small_targets, spilling
from tests.support.site import Site, Who
from tests.support.walking import Walker

DESK, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)


@dataclass
class Meeting:
    """The meeting that is walked, in one language."""

    site: Site
    visitor: Entering
    lang: str
    ref: str = ""
    looked: set[str] = field(default_factory=set)

    def __call__(self, es: str, fr: str) -> str:
        """The words of the language."""
        return es if self.lang == "es" else fr

    def enter(self, who: Who, *, phone: bool = False) -> Walker:
        """Somebody signed in; in French everybody is on a phone."""
        size = PHONE if phone or self.lang == "fr" else DESK
        walker = self.visitor(self.lang, **size).enter(who)
        if f"/{self.lang}/" not in walker.page.url:  # the language of the account
            walker.follow(self("Español", "Français"))
        return walker

    def menu(self, walker: Walker, name: str) -> None:
        """Follow an entry of the menu, which a phone keeps folded."""
        if walker.page.viewport_size == PHONE:
            walker.page.locator("summary", has_text=self("Menú", "Menu")).click()
        menu = walker.page.get_by_role("banner").get_by_role("navigation")
        walker.go(menu.get_by_role("link", name=name, exact=True))

    def find(self, walker: Walker, title: str = "") -> None:
        """Come to the meeting from the menu, by way of the committee's page where that is one's."""
        if (
            walker.page.get_by_role("banner")
            .get_by_text(self("Comisión", "Commission"), exact=True)
            .count()
        ):
            self.menu(walker, self("Comisión", "Commission"))
            walker.follow(self("Reuniones", "Réunions"))
        else:
            self.menu(walker, self("Reuniones", "Réunions"))
        row = walker.page.locator("li").filter(has_text=self.ref)
        walker.go(row.get_by_role("link", name=title) if title else row.get_by_role("link").first)

    def work(self, walker: Walker) -> None:
        """Come to the page on which the meeting is worked on."""
        self.find(walker)
        walker.follow(self("Trabajar en la reunión", "Travailler à la réunion"))

    def back(self, walker: Walker) -> None:
        """Go back to the meeting from a ballot or from its file."""
        name = self("Ir a la reunión", "Aller à la réunion")
        walker.follow(f"{name} {self.ref}")

    def confirm(self, walker: Walker, act: str) -> None:
        """Do an act that asks nothing, from the working page and back to it."""
        walker.follow(act)
        self.look(walker, "confirm")
        walker.press(f"{self('Confirmar', 'Confirmer')}: {act[0].lower()}{act[1:]}")
        walker.follow(self("Trabajar en la reunión", "Travailler à la réunion"))

    def item(self, walker: Walker, words: str) -> Locator:
        """An item of the order of business."""
        return walker.page.locator("ul.rows > li").filter(has_text=words)

    def look(self, walker: Walker, name: str) -> None:
        """The open page is whole for everybody on a desk and on a phone; each page once."""
        if name in self.looked:
            return
        self.looked.add(name)
        page, own = walker.page, walker.page.viewport_size
        faults = broken_relations(page)
        for size in (DESK, PHONE):
            page.set_viewport_size(size)
            save_screenshot(page, f"meeting-{name}-{self.lang}-{size['width']}")
            faults += overflowing(page) + spilling(page) + axe_findings(page)
        faults += small_targets(page)
        page.set_viewport_size(own or DESK)
        assert not faults, "\n".join([name, *faults])
