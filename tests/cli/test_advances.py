"""`ricomi fund advances`: what is owed of each payment, by when, and how late."""

import json

from ricomi_workflow.db.engine import create_engine
from tests.cli.conftest import Ricomi, printed
from tests.support.story import Story


def test_nothing_is_owed_where_nothing_was_paid(ricomi: Ricomi) -> None:
    assert printed(ricomi("fund", "advances")) == ""
    assert json.loads(printed(ricomi("fund", "advances", "--overdue", "--json"))) == []


def test_what_is_owed_is_listed_by_payment(ricomi: Ricomi, prepared: str) -> None:
    engine = create_engine(prepared)
    story = Story(engine)
    story.fill_the_fund()
    ref = story.after("accept_report")
    engine.dispose()
    (row,) = json.loads(printed(ricomi("fund", "advances", "--json")))
    assert (row["case"], row["tranche"], row["owed"]) == (ref, 1, "3000.00")
    assert (row["paid_on"], row["due_on"]) == ("2026-09-14", "2026-12-13")
    assert printed(ricomi("fund", "advances")).startswith(f"{ref}  1       3000.00  due 2026-12-13")
