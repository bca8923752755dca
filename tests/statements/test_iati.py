"""What the books tell as transactions of IATI: each money once, the sums those of the account."""

from pathlib import Path

import pytest
import yaml

from ricomi_workflow.kernel.errors import DefinitionError
from ricomi_workflow.ledger.accounts import Memo
from ricomi_workflow.resources import root
from ricomi_workflow.statements.iati_transactions import (
    FILE,
    list_transactions,
    read_transaction_rules,
    sums_by_type,
    transaction_rules,
)
from ricomi_workflow.statements.statement_types import make_breakdown
from tests.fund.desk import TODAY, Desk, usd

INCOMING, COMMITTED, DISBURSED, PLEDGED = "1", "2", "3", "13"


def test_the_sums_of_the_types_are_figures_of_the_statements(year: Desk) -> None:
    with year.uow.read() as connection:
        told = list(list_transactions(connection))
        cases = make_breakdown(connection, year.services, "case", TODAY)
    sums = sums_by_type(told)
    assert cases.sums is not None
    figures = dict(zip(cases.columns, (f.amount for f in cases.sums.figures), strict=True))
    assert sums == {
        PLEDGED: usd(305),
        INCOMING: usd(200),
        COMMITTED: figures["granted"],
        DISBURSED: figures["disbursed"],
    }
    with pytest.raises(AssertionError):
        sums_by_type([*told, told[0]])


def test_every_kind_of_fact_is_a_transaction_or_says_why_not() -> None:
    assert transaction_rules().keys() == set(Memo)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"type": "99"}, "TransactionType"),
        ({"type": "none"}, "why"),
        ({"of": ["gold"]}, "gold"),
        ({"fact": "theft"}, "theft"),
    ],
)
def test_a_mistake_in_the_mapping_is_told(
    change: dict[str, object], said: str, tmp_path: Path
) -> None:
    found = yaml.safe_load((root("reference") / FILE).read_text(encoding="utf-8"))
    found["facts"][0] |= change
    (tmp_path / FILE).write_text(yaml.safe_dump(found), encoding="utf-8")
    with pytest.raises(DefinitionError) as told:
        read_transaction_rules(tmp_path)
    assert said in str(told.value)
