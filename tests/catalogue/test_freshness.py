"""How fresh an entry is: who answers for it, when it was verified, by when it is again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.catalogue.commands import list_differences, rebuild_catalogue
from ricomi_workflow.catalogue.projection import (
    NEVER,
    find_owner,
    is_stale,
    last_verified,
    review_date,
    year_after,
)
from ricomi_workflow.catalogue.queries import CatalogueEntry, get_entry
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.canonical import Json
from tests.support import papers
from tests.support.story import SECRETARIAT, Story

DAY = date(2026, 9, 14)
BRAZIL = "focal_point:BR"


@pytest.mark.parametrize(
    ("public", "last"),
    [
        ({}, date(2027, 9, 14)),
        ({"review_by": "2027-01-05"}, date(2027, 1, 5)),
        ({"review_by": "2030-01-05"}, date(2027, 9, 14)),  # a year at most
        ({"review_by": "2026-09-14"}, date(2027, 9, 14)),  # it was confirmed since
        ({"review_by": "2027-01-05", "needed_by": "2026-12-01"}, date(2026, 12, 1)),
    ],
)
def test_the_review_by_date_is_a_year_later_or_the_earlier_day_that_the_form_asks_for(
    public: dict[str, Json], last: date
) -> None:
    assert review_date(public, DAY) == last


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_a_year_after_a_day_is_a_year_after_it(day: date) -> None:
    assert timedelta(days=364) <= year_after(day) - day <= timedelta(days=366)


def test_the_last_fresh_day_is_fresh_and_the_next_one_stale() -> None:
    assert not is_stale(DAY, DAY)
    assert is_stale(DAY, DAY + timedelta(days=1))
    assert not is_stale(None, DAY)


def test_a_registry_says_itself_when_somebody_looked_at_the_source() -> None:
    assert last_verified({"verified_on": "2026-01-02"}, NEVER) == date(2026, 1, 2)
    assert last_verified({"verified_on": "2026-01-02"}, DAY) == DAY  # confirmed since
    assert last_verified({}, DAY) == DAY
    assert find_owner({"responsible_institution": "Registro"}) == "Registro"
    assert find_owner({}) == ""


@pytest.fixture
def story(engine: Engine) -> Story:
    """The shipped product with its people."""
    return Story(engine)


def entry(story: Story, ref: str) -> CatalogueEntry:
    with story.services.uow.read() as connection:
        return get_entry(connection, ref)


def test_an_offer_is_asked_about_before_its_date_and_confirming_it_begins_anew(
    story: Story,
) -> None:
    with story.act(BRAZIL) as tx:
        story.ref = open_case(tx, story.services, "cooperation_offer", "BR").ref
    asked = story.today + timedelta(days=200)
    story.do(BRAZIL, "submit", papers.offer(story.today) | {"review_by": asked.isoformat()})
    story.do(SECRETARIAT, "publish")
    shown = entry(story, story.ref)
    assert (shown.office, shown.verified_on) == ("Servicio de Migraciones", story.today)
    assert shown.review_by == asked
    story.sweep_at_due()
    assert story.state == "review_due"
    assert 0 < story.services.calendar.between(story.today, asked) <= 21
    assert entry(story, story.ref).verified_on == shown.verified_on  # nobody has stood by it
    story.do(BRAZIL, "renew")
    shown = entry(story, story.ref)
    assert (shown.verified_on, shown.is_stale(story.today)) == (story.today, False)
    assert shown.review_by == asked  # which is still to come
    with story.services.uow.read() as connection:
        assert not any(differs for _, differs in list_differences(connection, story.services))
    with story.services.uow.begin(SYSTEM) as tx:
        assert [*rebuild_catalogue(tx, story.services)] == [story.ref]
    assert entry(story, story.ref) == shown
