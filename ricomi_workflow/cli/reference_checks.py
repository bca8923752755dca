"""Judges what is shipped beside the definitions: texts, and what the product reads in `reference/`.

Not what only demonstrations and tests read: `rehearsal.yaml`, `cases/` and `votes/`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path

from ricomi_workflow.bank.file_formats import read_bank_formats
from ricomi_workflow.bootstrap import mistakes_of
from ricomi_workflow.catalogue.confirmations import check_confirmation_rules
from ricomi_workflow.contributions import indirect_costs
from ricomi_workflow.definitions.library import Library
from ricomi_workflow.definitions.texts import load_texts
from ricomi_workflow.exports.mapping import read_exports
from ricomi_workflow.fund.operating_expenses import read_expense_categories
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.ledger.bank_accounts import read_bank_accounts
from ricomi_workflow.ledger.chart import read_chart
from ricomi_workflow.matching.rules import read_weights
from ricomi_workflow.reference_data import loader
from ricomi_workflow.reference_data.calendars import read_calendar, read_items
from ricomi_workflow.registries.starter import FOLDER, check_starter
from ricomi_workflow.resources import root
from ricomi_workflow.reviews.rows import read_review_reference
from ricomi_workflow.statements.iati_transactions import read_transaction_rules
from ricomi_workflow.web.network.map_drawing import read_outlines

_READERS: tuple[Callable[[Path], object], ...] = (
    read_chart,
    read_bank_accounts,
    read_bank_formats,
    read_expense_categories,
    indirect_costs.read_icr_rates,
    read_review_reference,
    read_items,
    read_transaction_rules,
    read_weights,
)


def mistakes_beside(library: Library | None, folder: Path | None = None) -> list[Mistake]:
    """Every mistake of the texts and of the files in `folder` (default: those that are shipped).

    With a `library`, also where a file says what its processes and forms do not know.
    """
    folder = folder or root("reference")
    mistakes = mistakes_of(
        load_texts,
        partial(read_calendar, folder / "holidays.yaml"),
        *(partial(read, folder) for read in _READERS),
    )
    try:
        lists = loader.read(folder)
    except DefinitionError as error:
        return list(dict.fromkeys([*mistakes, *error.mistakes]))
    mistakes += mistakes_of(partial(_judge_map, folder, lists.states))
    if library is None:
        return mistakes
    mistakes += check_confirmation_rules(folder, library)
    mistakes += check_starter(folder / FOLDER, library, lists.lookups())
    mistakes += mistakes_of(partial(read_exports, folder, library, lists))
    return list(dict.fromkeys(mistakes))


def _judge_map(folder: Path, states: Collection[str]) -> None:
    """Every State has a place, and nothing else has one; raises `DefinitionError`."""
    found, file = read_outlines(folder), "reference/outlines.yaml"
    missing = [c for c in states if c not in found.places]
    mistakes = [Mistake(file, f"places.{code}", "nothing", "at, point") for code in missing]
    for key, drawn in (("states", found.states), ("places", found.places)):
        mistakes += [Mistake(file, f"{key}.{c}", c, "a State") for c in drawn if c not in states]
    if mistakes:
        raise DefinitionError(mistakes)
