"""The product served on SQLite, once for a module."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Response

from tests.browser.page_types import PageType
from tests.browser.tongue import Tongue
from tests.support.browser import Pages
from tests.support.databases import Databases, connected
from tests.support.dated import announced, played
from tests.support.far import brought_far
from tests.support.site import Site, Who, open_site
from tests.support.walking import Walker

Entering = Callable[..., Walker]
Arriving = Callable[..., Walker]
STATES = (
    "draft", "submitted", "secretariat_review", "returned", "ceam_vote", "executing", "closed",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(sqlite_databases: Databases) -> Iterator[Site]:
    """The served product."""
    with connected(sqlite_databases) as engine, open_site(engine) as site:
        yield site


@pytest.fixture
def visitor(pages: Pages, site: Site) -> Entering:
    """Opens a page for a visitor of their own: `visitor(lang="pt", width=390)`."""

    def open_page(
        lang: str = "es", *, width: int = 1280, height: int = 900, javascript: bool = True
    ) -> Walker:
        page = pages.open(language=lang, width=width, height=height, javascript=javascript)
        return Walker(page, site, lang)

    return open_page


@pytest.fixture(params=["es", "pt"])
def say(request: pytest.FixtureRequest, visitor: Entering) -> Tongue:
    """One of the two languages, each on its device."""
    return Tongue(visitor, str(request.param))


@pytest.fixture(scope="module")
def refs(site: Site) -> dict[str, str]:
    """A case in each of the states that pages show."""
    site.give()
    far = brought_far(site)  # which takes months, as the next: first, so that nothing has run out
    dated = played(site)
    dated["open_call"] = announced(site)
    site.case_at("approved_awaiting_funds")
    made = {state: site.case_at(state) for state in STATES} | dated | far
    site.vote(made["ceam_vote"], ["AR", "BO", "BR"])
    site.vote(made["ceam_vote"], ["CL"], "abstain")
    return made


@pytest.fixture(scope="module")
def entered(site: Site) -> dict[Who, str]:
    """The cookie of each reader, kept from their first signing in."""
    del site
    return {}


@pytest.fixture
def arriving(visitor: Entering, refs: dict[str, str], entered: dict[Who, str]) -> Arriving:
    """Goes to a type of page as its reader, and presses what is pressed there.

    What the server answers is appended to `heard`.
    """

    def arrive(kind: PageType, heard: list[Response] | None = None) -> Walker:
        walker = visitor()
        context = walker.page.context
        hear = [] if heard is None else heard
        context.on("response", lambda answer: hear.append(answer))  # noqa: PLW0108 - append itself is refused
        if kind.who and kind.who not in entered:
            walker.enter(kind.who)
            cookies = context.cookies()
            entered[kind.who] = next(c["value"] for c in cookies if c["name"] == "ricomi")
        elif kind.who:
            address = walker.site.address
            context.add_cookies([{"name": "ricomi", "value": entered[kind.who], "url": address}])
        walker.visit(kind.path.format(**refs))
        if kind.then:
            kind.then(walker)
        return walker

    return arrive
