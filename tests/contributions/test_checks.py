"""What no act on gifts takes: a day before the books, signs that no paper holds."""

from datetime import date

import pytest

from ricomi_workflow.contributions.commands import AgreementTerms, record_agreement, record_pledge
from ricomi_workflow.contributions.rules import Instrument
from ricomi_workflow.kernel.errors import Invalid
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.ledger.periods import list_periods
from tests.contributions.treasury import ADMINISTRATOR, TODAY, Treasury, usd


@pytest.mark.parametrize("day", [date.min, date(1999, 12, 31)])
def test_no_fact_is_older_than_the_first_period_that_has_a_name(
    treasury: Treasury, day: date
) -> None:
    with pytest.raises(Invalid) as told:
        treasury.pledge(usd(1), day)
    assert [(each.path, each.code) for each in told.value.fields] == [("pledged_on", "too_small")]
    treasury.pledge(usd(1), date(2000, 1, 1))
    with treasury.uow.read() as connection:
        assert list_periods(connection, TODAY)[-1].period.code == "2000-01"


def test_an_agreement_may_be_older_than_the_books(treasury: Treasury) -> None:
    terms = AgreementTerms(Instrument.MOU, "MoU 1", date(1998, 5, 4), "Migration")
    with treasury.uow.begin(ADMINISTRATOR) as tx:
        assert record_agreement(tx, "CA", Source.MEMBER_STATES, terms) == "AGR-1998-0001"


def test_a_name_is_kept_as_it_can_be_printed(treasury: Treasury) -> None:
    with treasury.uow.begin(ADMINISTRATOR) as tx:
        ref = record_pledge(tx, " Fun\x07da\x00ción\uffff ", Source.OTHER, usd(1))
    assert treasury.contribution(ref).donor == "Fundación"
