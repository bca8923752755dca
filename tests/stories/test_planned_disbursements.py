"""The days that an agreement plans for its disbursements: the fund forecasts its cash by them."""

from ricomi_workflow.definitions.tables import rows_of
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.statements.forecast import UNDATED
from ricomi_workflow.statements.statement_types import make_breakdown
from tests.support import papers
from tests.support.story import APPLICANT, Story


def test_what_is_committed_is_expected_when_the_agreement_plans_it(story: Story) -> None:
    story.after("fund")
    signed = papers.agreement(story.today)
    first, second = rows_of(signed["tranches"])
    planned: list[Json] = [{**first, "planned_on": "2027-03-10"}, second]
    story.do(APPLICANT, "record_agreement", {**signed, "tranches": planned})
    with story.services.uow.read() as connection:
        cut = make_breakdown(connection, story.services, "forecast", story.today)
    out = {row.key: row.figures[2].amount.minor // 100 for row in cut.rows}
    assert {key: units for key, units in out.items() if units} == {"2027-03": 8_000, UNDATED: 2_000}
