"""What a form offers before anything is typed: first answers, and names to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.prefill import (
    PrefilledValue,
    Reader,
    find_country_profile,
    institution_names,
    list_prefilled_values,
)
from ricomi_workflow.catalogue.queries import list_latest
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.model import FormDef
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.text import show
from ricomi_workflow.localization import formats
from ricomi_workflow.web.case_labels import local_day
from ricomi_workflow.web.i18n import language, t

ENTRIES = 100


@dataclass(frozen=True, slots=True)
class Prefills:
    """First answers by field, and the lists that suggest and do not bind, by their name."""

    first: Mapping[str, PrefilledValue] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def copied(self, name: str, value: Json) -> str:
        """Where the answer that stands in a field was copied from; empty when it was not."""
        offered = self.first.get(name)
        if offered is None or value != offered.value:
            return ""
        day = formats.day(local_day(offered.at), language())
        return t(f"operators.copied_{offered.source}", ref=offered.ref, day=day)


def list_prefills(tx: Tx, services: Services, case: Case, form: FormDef) -> Prefills:
    """What a form offers the actor of `tx` in a case; nothing is asked for that no field wants."""
    reader = Reader(tx.connection, services, tx.actor)
    fields = [*form.fields(), *(c for f in form.fields() for c in f.columns)]
    wanted = {f.suggest for f in fields if f.suggest}
    lists: dict[str, tuple[str, ...]] = {}
    if "institutions" in wanted:
        lists["institutions"] = institution_names(find_country_profile(reader, case))
    if "entries" in wanted:
        lists["entries"] = _entries(tx)
    first = (
        list_prefilled_values(reader, case, form) if any(f.prefill for f in form.fields()) else {}
    )
    return Prefills(first, lists)


def _entries(tx: Tx) -> tuple[str, ...]:
    """The newest projects of the catalogue, each with its number."""
    found = list_latest(tx.connection, ENTRIES)
    return tuple(f"{show(e.title, language()).text} ({e.ref})" for e in found)
