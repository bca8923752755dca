"""What processes may name: the check of what answered a need, and what came of a match."""

from __future__ import annotations

from sqlalchemy import exists, select

from ricomi_workflow.cases.act import Act, Effect, Guard
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.catalogue.models import catalogue_entry
from ricomi_workflow.definitions.check import Reads
from ricomi_workflow.definitions.library import kinds_catalogued_as
from ricomi_workflow.definitions.model import FieldType, RecordType
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.matching.commands import LockedMatch, lock_cases, record_step
from ricomi_workflow.matching.queries import find_match_of_draft, get_match, list_matches_of_request
from ricomi_workflow.matching.rules import OPEN_STEPS, Outcome, Step


def check_met_by(act: Act) -> None:
    """Refuse what answered a need unless it is a project of its State or in the catalogue."""
    ref = str(act.inputs.get("met_by", "")).strip()
    own = exists().where(
        case_table.c.ref == ref,
        case_table.c.kind.in_(kinds_catalogued_as(act.services.library, RecordType.PROJECT)),
        case_table.c.country == act.case.country,
    )
    public = exists().where(catalogue_entry.c.ref == ref)
    if ref == act.case.ref or not act.tx.connection.execute(select(own | public)).scalar():
        raise Invalid([FieldError("met_by", "no_case_that_answers")])


def conclude_match(act: Act) -> None:
    """Conclude the match of the State whose request was begun from the offer."""
    refs = find_match_of_draft(act.tx.connection, act.case.id, act.case.country)
    if refs is None:
        return
    cases = lock_cases(act.tx, *refs)
    found = get_match(act.tx.connection, *refs)
    if found.step in OPEN_STEPS:
        at = LockedMatch(found, *cases, act.actor, found.need)
        came = Outcome.REQUEST_OPENED.value
        record_step(
            act.tx, act.services, at, Step.CONCLUDED, outcome=came, request_ref=act.case.ref
        )


def complete_match(act: Act) -> None:
    """Note on the matches of which this request came that the exchange took place."""
    for each in list_matches_of_request(act.tx.connection, act.case.ref):
        cases = lock_cases(act.tx, each.need.ref, each.offer.ref)
        found = get_match(act.tx.connection, each.need.ref, each.offer.ref)
        if found.outcome is Outcome.REQUEST_OPENED:
            came = Outcome.EXCHANGE_DONE.value
            record_step(
                act.tx, act.services, LockedMatch(found, *cases), Step.CONCLUDED, outcome=came
            )


GUARDS: dict[str, Guard] = {}
EFFECTS: dict[str, Effect] = {
    "check_met_by": check_met_by,
    "conclude_match": conclude_match,
    "complete_match": complete_match,
}
READS: Reads = {"check_met_by": {"met_by": FieldType.TEXT}}
