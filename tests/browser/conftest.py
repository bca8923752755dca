"""The product served on SQLite, once for a module."""

from collections.abc import Callable, Iterator

import pytest

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

    def open_page(lang: str = "es", **options: bool | int) -> Walker:
        return Walker(pages.open(language=lang, **options), site, lang)

    return open_page
