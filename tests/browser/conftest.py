"""The product served on SQLite, once for a module."""

from collections.abc import Callable, Iterator

import pytest

from tests.browser.tongue import Tongue
from tests.support.browser import Pages
from tests.support.databases import Databases, connected
from tests.support.site import Site, open_site
from tests.support.walking import Walker

Entering = Callable[..., Walker]


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
