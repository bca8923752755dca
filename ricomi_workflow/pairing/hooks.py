"""What the processes of needs and offers may name: the check of what answered a need."""

from __future__ import annotations

from sqlalchemy import exists, select

from ricomi_workflow.cases.act import Act, Effect, Guard
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.catalogue.models import catalogue_entry
from ricomi_workflow.definitions.check import Reads
from ricomi_workflow.definitions.model import FieldType
from ricomi_workflow.kernel.errors import FieldError, Invalid
from ricomi_workflow.pairing.sides import PROJECTS


def check_met_by(act: Act) -> None:
    """Refuse what answered a need unless it is a request of its State or in the catalogue."""
    ref = str(act.inputs.get("met_by", "")).strip()
    own = exists().where(
        case_table.c.ref == ref,
        case_table.c.kind == PROJECTS,
        case_table.c.country == act.case.country,
    )
    public = exists().where(catalogue_entry.c.ref == ref)
    if ref == act.case.ref or not act.tx.connection.execute(select(own | public)).scalar():
        raise Invalid([FieldError("met_by", "no_case_that_answers")])


GUARDS: dict[str, Guard] = {}
EFFECTS: dict[str, Effect] = {"check_met_by": check_met_by}
READS: Reads = {"check_met_by": {"met_by": FieldType.TEXT}}
