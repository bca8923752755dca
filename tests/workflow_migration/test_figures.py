"""How long cases stay in each state: the page's figures are those of the trail itself."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from random import Random

import pytest
from sqlalchemy import select

from ricomi_workflow.audit.queries import list_entries
from ricomi_workflow.cases.history import Figures, kind_figures, list_stays, percentile
from ricomi_workflow.cases.models import case
from tests.workflow_migration.loans import Loans, loan_2


def figures(loans: Loans) -> Figures:
    with loans.services.uow.read() as connection:
        return kind_figures(connection, loans.services.library, "loan")


def lived(loans: Loans, number: int) -> list[str]:
    """Cases that took their time."""
    rng, refs = Random(3), []
    for _ in range(number):
        ref = loans.open()
        refs.append(ref)
        for trigger in rng.choice([[], ["submit"], ["submit", "ask"], ["submit", "close"]]):
            loans.clock.advance(timedelta(hours=rng.randint(1, 400), minutes=7))
            loans.do(ref, trigger, office=trigger != "submit")
    return refs


def recomputed(loans: Loans) -> dict[str, tuple[int, timedelta | None, timedelta | None]]:
    """By state: how many stays have ended, their median and 90th percentile, by the trails."""
    found: dict[str, list[timedelta]] = {}
    with loans.services.uow.read() as connection:
        rows = connection.execute(select(case.c.id, case.c.definition)).all()
        for row in rows:
            for stay in list_stays(list_entries(connection, row.id), row.definition):
                if stay.ended:
                    found.setdefault(stay.state, []).append(stay.ended - stay.begun)
    return {
        state: (
            len(all_),
            sorted(all_)[ceil(len(all_) * 0.5) - 1],
            sorted(all_)[ceil(len(all_) * 0.9) - 1],
        )
        for state, all_ in found.items()
    }


def test_the_figures_are_those_of_the_trails(loans: Loans) -> None:
    lived(loans, 40)
    shown = figures(loans)
    told = {f.state: (f.stays, f.median, f.ninetieth) for f in shown.states if f.stays}
    assert told == recomputed(loans)
    assert told.keys() == {"draft", "review"}
    assert shown.cases == 40


def test_a_change_of_version_ends_no_stay(loans: Loans) -> None:
    refs = lived(loans, 20)
    before = recomputed(loans)
    loans.restart(loan_2())
    loans.migrate()
    assert recomputed(loans) == before
    loans.clock.advance(timedelta(days=5))
    for ref in refs:
        if loans.case(ref).state == "examination":
            loans.do(ref, "close")
    shown = figures(loans)
    told = {f.state: (f.stays, f.median, f.ninetieth) for f in shown.states if f.stays}
    assert told == recomputed(loans)
    assert shown.of("examination").stays > 0
    assert shown.of("review").stays == before["review"][0]


@pytest.mark.parametrize(
    ("number", "hundredths", "expected"),
    [
        (1, 50, 1),  # the only one
        (2, 50, 1),  # half of them are not longer
        (3, 50, 2),
        (10, 90, 9),
        (11, 90, 10),  # nine of eleven would be less than nine tenths
        (1, 90, 1),
    ],
)
def test_a_percentile_is_one_of_the_stays(number: int, hundredths: int, expected: int) -> None:
    ordered = [timedelta(days=n) for n in range(1, number + 1)]
    assert percentile(ordered, hundredths) == timedelta(days=expected)
