"""A fund administrator and a certifying officer take a year of the fund through the browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.browser import year_of_the_fund as acts
from tests.browser.conftest import Entering
from tests.browser.page_types import CERTIFIER
from tests.browser.year_of_books import agree
from tests.browser.year_of_the_fund import ACCOUNT, Year
from tests.support.browser import axe_findings, save_screenshot
from tests.support.databases import Databases, connected
from tests.support.looking import (
    broken_relations,
    overflowing,
    small_targets,
    spilling,
    untagged_language,
)
from tests.support.site import Site, open_site
from tests.support.walking import Walker

NEW_YEAR = datetime(2026, 1, 2, 15, tzinfo=UTC)
READ_IN = {
    "pt": (
        "/fund/desk",
        "/fund/desk/contributions",
        "/fund/statements/fund",
        "/fund/statements/case",
        f"/fund/bank/{ACCOUNT}/report",
    ),
    "fr": ("/fund", "/fund/periods", "/fund/advances", "/fund/statements/source"),
}


@pytest.fixture(scope="module")
def site(sqlite_databases: Databases) -> Iterator[Site]:
    """The served product at the beginning of a year."""
    with connected(sqlite_databases) as engine, open_site(engine, NEW_YEAR) as site:
        yield site


def looked_at(walker: Walker, path: str) -> list[str]:
    """What a reader on a phone would stumble over."""
    walker.visit(path)
    page = walker.page
    save_screenshot(page, f"year-{walker.lang}-{path.strip('/').replace('/', '-')}")
    faults = broken_relations(page) + spilling(page) + overflowing(page) + small_targets(page)
    faults += axe_findings(page) + untagged_language(page, walker.lang)
    return [f"{walker.lang} {path}: {fault}" for fault in faults]


def test_a_year_of_the_fund_adds_up_everywhere(
    visitor: Entering, site: Site, tmp_path: Path
) -> None:
    year = Year(visitor, site)
    acts.is_promised_and_received(year)
    acts.is_approved_and_committed(year)
    acts.pays_and_closes_january(year)
    acts.is_refunded(year)
    acts.is_late(year)
    acts.is_reconciled(year, tmp_path)
    acts.is_run(year)
    acts.is_spent_and_closed(year)
    agree(year, tmp_path)
    faults = [
        fault
        for lang, paths in READ_IN.items()
        for walker in [visitor(lang, width=390, height=844).enter(CERTIFIER)]
        for path in paths
        for fault in looked_at(walker, path)
    ]
    assert faults == []
