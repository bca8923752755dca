"""What a State may hold instead of a fact, judged by how the fact is written."""

import pytest
from sqlalchemy import Engine

from ricomi_workflow.catalogue.confirmations import validate_claims
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import FieldError
from tests.catalogue.shelf import Shelf

FACTS: dict[str, Json] = {"months": 3, "amount": "1.00", "start_date": "2026-01-01"}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("months", "12", ""),
        ("months", "9" * 5000, "not_integer"),  # more digits than Python reads
        ("months", True, "not_integer"),
        ("amount", "1e5", "not_money"),
        ("start_date", "2026-02-30", "not_date"),
    ],
)
def test_what_is_held_is_written_as_the_fact_is(
    sqlite_engine: Engine, name: str, value: Json, code: str
) -> None:
    mistakes: list[FieldError] = []
    validate_claims(Shelf(sqlite_engine).services, FACTS, {name: value}, mistakes)
    assert [each.code for each in mistakes] == ([code] if code else [])
