"""Travel in a request: persons × days × the rate of the place, on every way in and out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from ricomi_workflow.cases.rows import Submission, find_latest_submission
from ricomi_workflow.definitions.computed_fields import PER_DIEM, RateTable
from ricomi_workflow.definitions.fields import Lookups
from ricomi_workflow.documents.dossier import submission_pdf
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Invalid
from ricomi_workflow.kernel.money import Money
from tests.offline_forms.test_packets import bring, packet, saved
from tests.offline_forms.workbook import Filled
from tests.support import papers
from tests.support.papers import Form
from tests.support.story import APPLICANT, INSTITUTION, LIFE, Story

CITY = "CL-santiago"
DAYS, PERSONS, FARES = 10, 4, 4_000


def rate(story: Story, day: date) -> Money:
    found = story.services.reference.per_diem.on(CITY, day)
    assert found is not None
    return found


def travelling(story: Story, day: date) -> Form:
    """The request of Paraguay, whose days away are told by place and day."""
    typed = papers.line("1.2 Viáticos", PERSONS, 1, DAYS, category="per_diem", unit="days")
    there: dict[str, Json] = {k: v for k, v in typed.items() if k != "unit_cost"}
    there |= {"place": CITY, "starts": day.isoformat()}
    cost = FARES + rate(story, story.today).minor // 100 * PERSONS * DAYS
    lines = [papers.line("1.1 Pasajes", PERSONS, 1_000, category="airfare"), there]
    return papers.request(story.today, budget=lines, financing=papers.financing(cost, 0))


def dearer(story: Story) -> Lookups:
    """Every rate is a dollar higher from now on."""
    table = story.services.reference.per_diem
    periods = [
        replace(p, rates={k: v + Money(100) for k, v in p.rates.items()}) for p in table.periods
    ]
    return replace(
        story.services.lookups, rates={PER_DIEM: RateTable(tuple(periods), table.places)}
    )


def given(story: Story) -> Submission:
    with story.services.uow.read() as connection:
        found = find_latest_submission(connection, story.case().id, "request")
    assert found is not None
    return found


def test_a_later_table_moves_nothing_that_was_handed_in(story: Story) -> None:
    story.fill_the_fund()
    story.open()
    starts = story.today + timedelta(days=100)
    story.do(APPLICANT, "submit", travelling(story, starts))
    before, per_day = given(story), rate(story, starts)
    rows = before.values["budget"]
    assert isinstance(rows, list)
    assert isinstance(rows[1], dict)
    assert (rows[1]["rate"], rows[1]["total"]) == (str(per_day), str(per_day * PERSONS * DAYS))
    assert "unit_cost" not in rows[1]

    story.services = replace(story.services, lookups=dearer(story))
    paper = submission_pdf(story.services, story.people[APPLICANT], story.ref, ("request", 1), "fr")
    words = " ".join(" ".join(p.extract_text() for p in PdfReader(BytesIO(paper)).pages).split())
    assert "Chili (Santiago)" in words
    assert f"{PERSONS} {per_day.minor // 100} {DAYS} jours" in words
    before_the_vote = list(LIFE)[1 : list(LIFE).index("open_ballot") + 1]
    for name in before_the_vote:
        LIFE[name](story)
    assert story.money()[0] == FARES + per_day.minor // 100 * PERSONS * DAYS
    assert given(story) == before
    assert not story.faults()


def test_a_day_without_a_rate_is_refused_at_the_day(story: Story) -> None:
    story.open()
    with pytest.raises(Invalid) as caught:
        story.do(APPLICANT, "submit", travelling(story, date(2045, 1, 1)))
    places = [(e.path, e.code, e.also) for e in caught.value.fields]
    assert ("budget.1.starts", "no_rate", ("budget.1.place",)) in places


def test_a_workbook_takes_the_place_and_the_day(story: Story) -> None:
    story.open()
    starts = story.today + timedelta(days=100)
    book = Filled(packet(story, "pt"))
    book.write(
        {
            "budget.0.line": "1.2 Diárias",
            "budget.0.category": "Diárias",
            "budget.0.place": "Chile (Santiago)",
            "budget.0.starts": starts,
            "budget.0.quantity": PERSONS,
            "budget.0.periods": DAYS,
        }
    )
    assert not bring(story, book.saved()).conflicts
    rows = saved(story, INSTITUTION)["budget"]
    assert isinstance(rows, list)
    assert isinstance(rows[0], dict)
    assert (rows[0]["place"], rows[0]["starts"]) == (CITY, starts.isoformat())
    assert rows[0]["rate"] == str(rate(story, starts))
    assert rows[0]["total"] == str(rate(story, starts) * PERSONS * DAYS)
