"""The public statement of the fund."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.statements.ledger_facts import late_entries_json, sum_late_entries
from ricomi_workflow.statements.statement import get_public_statement, statement_json
from ricomi_workflow.web.api.operations import Call, Group
from ricomi_workflow.web.api.schemas import fund as shapes


def get_statement(call: Call) -> Mapping[str, object]:
    """Read what was given, what it is for and what is left, at the end of a day."""
    day = call.query.get("as_of", call.today)
    told = statement_json(get_public_statement(call.tx.connection, day))
    zone = call.services.calendar.zone
    later = sum_late_entries(call.tx.connection, day, zone) if day < call.today else {}
    return {**told, "recorded_later": late_entries_json(later)}


_GROUP = Group("fund")
OPERATIONS = (
    _GROUP.public(get_statement, "/fund/statement", shapes.StatementView, shapes.StatementQuestion),
)
