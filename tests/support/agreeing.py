"""Whether the public figures of money say the same: map, account of the fund, IATI."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from ricomi_workflow.catalogue.models import catalogue_entry
from ricomi_workflow.catalogue.queries import SearchQuery
from ricomi_workflow.network.queries import sum_disbursed
from ricomi_workflow.statements.iati_transactions import list_transactions
from ricomi_workflow.statements.statement import get_public_statement

if TYPE_CHECKING:
    from sqlalchemy import Connection

DISBURSEMENT = "3"  # TransactionType


def disagreements(connection: Connection, as_of: date) -> Iterator[object]:
    """The States for which map, account and IATI differ in what the fund has paid."""
    entries = select(catalogue_entry.c.ref, catalogue_entry.c.country)
    country = {row.ref: row.country for row in connection.execute(entries)}
    map_, account, iati = Counter[str](), Counter[str](), Counter[str]()
    for code, paid in sum_disbursed(connection, SearchQuery()).items():
        map_[code] += paid.minor
    for project in get_public_statement(connection, as_of).projects:
        account[project.country] += project.disbursed.minor
    for told in list_transactions(connection):
        if told.type == DISBURSEMENT and told.case in country:
            iati[country[told.case]] += told.value.minor
    for code in sorted({*map_, *account, *iati}):
        if not map_[code] == account[code] == iati[code]:
            yield code, map_[code], account[code], iati[code]
