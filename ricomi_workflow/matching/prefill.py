"""A draft begun from a published entry: a request from an offer, an offer from a need."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.cases.drafts import save_draft
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.catalogue.queries import CatalogueEntry
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.library import Library, kinds_catalogued_as, record_type_of
from ricomi_workflow.definitions.model import RecordType
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Conflict, NotFound
from ricomi_workflow.matching.candidates import is_open
from ricomi_workflow.matching.models import match_draft
from ricomi_workflow.matching.rules import NEED, OFFER

OPENED_FROM: Mapping[RecordType | None, RecordType] = {OFFER: RecordType.PROJECT, NEED: OFFER}
_TITLE_WORDS = 20
_ALIKE = ("topics", "populations", "modality")
_SAME: Mapping[RecordType | None, tuple[str, ...]] = {OFFER: _ALIKE, NEED: (*_ALIKE, "languages")}


def kinds_opened_from(library: Library, kind: str) -> tuple[str, ...]:
    """The kinds of cases that are begun from an entry of `kind`: projects from an offer."""
    begun = OPENED_FROM.get(record_type_of(library, kind))
    return kinds_catalogued_as(library, begun) if begun else ()


def open_prefilled_case(
    tx: Tx,
    services: Services,
    entry: CatalogueEntry,
    kind: str,
    country: str,
    *,
    illustrative: bool = False,
) -> Case:
    """Open a case of `country` with a draft that says what the entry says; nothing is handed in.

    Raises `NotFound` for an entry from which no such case is begun, `Conflict` when it is not open
    any more, `Forbidden` for whoever may open no such case there.
    """
    if kind not in kinds_opened_from(services.library, entry.kind) or entry.country == country:
        raise NotFound("entry", entry.ref)
    if not is_open(services.library, entry.kind, entry.status):
        raise Conflict("the entry is no longer open")
    case = open_case(tx, services, kind, country, illustrative=illustrative)
    tx.flush()  # the draft belongs to a case that is there
    form = services.library.forms[services.process(case).workflow.form]
    names = {field.name for field in form.fields()}
    values = {name: v for name, v in prefilled_answers(services, entry).items() if name in names}
    save_draft(tx, services, case, form, values)
    tx.insert(match_draft, {"case_id": case.id, "entry_id": entry.entry_id})
    return case


def prefilled_answers(services: Services, entry: CatalogueEntry) -> dict[str, Json]:
    """The first answers that an entry gives: a title to change, and what both sides say alike."""
    sort = record_type_of(services.library, entry.kind)
    values: dict[str, Json] = {
        name: entry.public[name] for name in _SAME[sort] if name in entry.public
    }
    values["title"] = {
        lang: _short(services.texts.text(f"matching.title_from_{sort}", lang, title=title))
        for lang, title in entry.title.items()
    }
    if sort is OFFER:
        values |= {
            "participants": [entry.country],
            "providers": [entry.country],
            "provider_institution": entry.office,
            "seeks_partner": False,
        }
    return values


def _short(title: str) -> str:
    return " ".join(title.split()[:_TITLE_WORDS])
