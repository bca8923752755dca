"""The entries of a search as activities of IATI 2.03, with their transactions from the books.

What goes where is data (`reference/exports.yaml`, `reference/iati.yaml`). A transaction is one
line of one journal and bears its number, so that the same money is told once. The fund is an
activity of its own: it tells what came in, and what belongs to no entry that is told.

The days on which the work began and ended are those of the trail: when the status was first that of
implementation, and when it was closed or cancelled. What never began has neither.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element as Node

from sqlalchemy import exists, select

from ricomi_workflow.cases.act import Services
from ricomi_workflow.catalogue.projection import public_status
from ricomi_workflow.catalogue.queries import CatalogueEntry, SearchQuery
from ricomi_workflow.contributions.models import contribution
from ricomi_workflow.definitions.texts import Texts
from ricomi_workflow.exports.entries import beneficiaries, first_reached, iter_batches
from ricomi_workflow.exports.mapping import NONE, Element, Exports
from ricomi_workflow.exports.xml_writer import LANG, add_element, add_narratives, serialize
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.money import BOOK_CURRENCY, Money
from ricomi_workflow.kernel.text import LANGUAGES, join_clauses
from ricomi_workflow.reference_data.model import Reference
from ricomi_workflow.statements.iati_transactions import Transaction, list_transactions
from ricomi_workflow.statements.ledger_export import first_and_last_day

if TYPE_CHECKING:
    from sqlalchemy import Connection

GOVERNMENT = "10"  # OrganisationType of the institutions of states
FUNDING, ACCOUNTABLE, IMPLEMENTING = "1", "2", "4"  # OrganisationRole
PLANNED_START, ACTUAL_START, PLANNED_END, ACTUAL_END = "1", "2", "3", "4"  # ActivityDateType
IMPLEMENTATION, CLOSED, CANCELLED = "2", "4", "5"  # ActivityStatus
_BUDGET_MONTHS = 12  # a budget covers a year at most
_WHOLE = 10_000  # hundredths of a per cent


@dataclass(frozen=True, slots=True)
class Publishing:
    """What every activity of one file is written with."""

    exports: Exports
    services: Services
    made: datetime

    @property
    def reference(self) -> Reference:
        """What the codes of an entry stand for."""
        return self.services.reference

    @property
    def texts(self) -> Texts:
        """The words of our own."""
        return self.services.texts


@dataclass(frozen=True, slots=True)
class WorkPeriod:
    """On which days the work of an activity began and ended; None while it has not."""

    began: date | None = None
    ended: date | None = None


def iati(
    connection: Connection, publishing: Publishing, filters: SearchQuery, *, whole: bool
) -> Iterator[str]:
    """The file part by part; `whole` adds the activity of the fund.

    Raises `NotFound` when nothing that fits is an activity: the standard knows no empty file.
    """
    parts = _activities(connection, publishing, filters, whole=whole)
    first = next(parts, None)
    if first is None:
        raise NotFound("activity", "iati")
    return _file(first, parts, publishing.made)


def shares(weights: Sequence[int]) -> list[str]:
    """Percentages by `weights` with two decimals, by largest remainder: they add up to 100."""
    whole = sum(weights)
    parts = [divmod(_WHOLE * weight, whole) for weight in weights]
    left = _WHOLE - sum(share for share, _ in parts)
    largest = sorted(range(len(parts)), key=lambda n: (-parts[n][1], n))[:left]
    return [str(Money(share + (n in largest))) for n, (share, _) in enumerate(parts)]


def _file(first: Node, parts: Iterator[Node], made: datetime) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<iati-activities version="2.03" generated-datetime="{iso(made)}">\n'
    yield serialize(first)
    yield from map(serialize, parts)
    yield "</iati-activities>\n"


def _activities(
    connection: Connection, publishing: Publishing, filters: SearchQuery, *, whole: bool
) -> Iterator[Node]:
    by_case: dict[str | None, list[Transaction]] = {}
    for each in list_transactions(connection):
        by_case.setdefault(each.case, []).append(each)
    for batch in iter_batches(connection, filters):
        kept = [entry for entry in batch if _is_activity(entry, publishing.exports)]
        countries, days_of = beneficiaries(connection, kept), _worked(connection, kept, publishing)
        for entry in kept:
            number, booked = entry.entry_id, by_case.pop(entry.ref, [])
            yield activity(entry, countries[number], days_of[number], booked, publishing)
    span = first_and_last_day(connection)
    if whole and span:
        left = [each for told in by_case.values() for each in told]
        sample = connection.execute(select(exists().where(contribution.c.illustrative))).scalar()
        yield _fund(publishing, span[0], left, illustrative=bool(sample))


def activity(
    entry: CatalogueEntry,
    countries: Sequence[str],
    worked: WorkPeriod,
    told: Iterable[Transaction],
    publishing: Publishing,
) -> Node:
    """One entry as an activity, its elements in the order of the schema."""
    node = _begun(entry.ref, entry.title, publishing, illustrative=entry.illustrative)
    node.set("last-updated-datetime", iso(entry.changed_at))
    node.set("default-currency", entry.currency)
    if entry.title:
        node.set(LANG, next(iter(entry.title)))
    _describe(node, entry, publishing)
    _organisations(node, entry, publishing.exports)
    codes = publishing.exports.activities
    add_element(node, "activity-status", code=codes.statuses[entry.status])
    start, months = _span(entry, publishing.exports)
    for kind, day in (
        (PLANNED_START, start),
        (ACTUAL_START, worked.began),
        (PLANNED_END, _end(start, months)),
        (ACTUAL_END, worked.ended),
    ):
        if day:
            add_element(node, "activity-date", {"type": kind, "iso-date": str(day)})
    for country, share in zip(countries, shares([1] * len(countries)), strict=True):
        add_element(node, "recipient-country", code=country, percentage=share)
    _sectors(node, entry, publishing.exports)
    for approach in _values(entry, publishing.exports, Element.MARKER):
        if (code := codes.markers.get(approach, NONE)) != NONE:
            marker = {"code": code, "significance": codes.significance}
            add_element(node, "policy-marker", {"vocabulary": "1", **marker})
    _budgets(node, Money(entry.amount_minor, entry.currency), start, months)
    _transactions(node, told)
    _results(node, entry, start, months, publishing.exports)
    return node


def _worked(
    connection: Connection, entries: Collection[CatalogueEntry], publishing: Publishing
) -> dict[int, WorkPeriod]:
    """By entry: the day on which it was first under way, and that on which it ended after that."""
    codes, services = publishing.exports.activities, publishing.services
    code_of = {
        name: codes.statuses.get(public_status(state), "")
        for workflow in services.library.workflows.values()
        if workflow.kind in codes.kinds
        for name, state in workflow.states.items()
        if state.is_public
    }
    reached = first_reached(connection, entries, code_of)
    found = {}
    for entry in entries:
        days_in: dict[str, list[date]] = {}
        for state, at in reached.get(entry.entry_id, {}).items():
            days_in.setdefault(code_of[state], []).append(services.calendar.local_day(at))
        began = min(days_in.get(IMPLEMENTATION, ()), default=None)
        over = [*days_in.get(CLOSED, ()), *days_in.get(CANCELLED, ())] if began else []
        found[entry.entry_id] = WorkPeriod(began, min(over, default=None))
    return found


def _is_activity(entry: CatalogueEntry, exports: Exports) -> bool:
    """Whether IATI knows its kind and status, and it says when it begins and ends."""
    codes, places = exports.activities, (Element.START, Element.END)
    dated = all(t.name in entry.public for place in places for t in exports.into(place))
    return entry.kind in codes.kinds and entry.status in codes.statuses and dated


def _fund(
    publishing: Publishing, start: date, told: Iterable[Transaction], *, illustrative: bool
) -> Node:
    """The fund's own activity."""
    fund, publisher = publishing.exports.activities.fund, publishing.exports.publisher
    title = _labels(publishing.texts, "exports.fund")
    node = _begun(fund.ref, title, publishing, illustrative=illustrative)
    node.set("last-updated-datetime", iso(publishing.made))
    node.set("default-currency", BOOK_CURRENCY)
    add_narratives(
        add_element(node, "description", type="1"), _labels(publishing.texts, "exports.fund_told")
    )
    who = {"role": ACCOUNTABLE, "type": publisher.type, "ref": publisher.ref}
    add_narratives(add_element(node, "participating-org", who), publisher.name.as_dict())
    add_element(node, "activity-status", code=IMPLEMENTATION)
    add_element(node, "activity-date", {"type": ACTUAL_START, "iso-date": str(start)})
    add_element(node, "recipient-region", code=fund.region, vocabulary="1")
    add_element(node, "sector", code=fund.sector, vocabulary="1")
    _transactions(node, told)
    return node


def _begun(
    ref: str, title: Mapping[str, str], publishing: Publishing, *, illustrative: bool
) -> Node:
    publisher, node = publishing.exports.publisher, Node("iati-activity")
    add_element(node, "iati-identifier").text = publisher.identifier(ref, illustrative=illustrative)
    reporting = add_element(node, "reporting-org", ref=publisher.ref, type=publisher.type)
    add_narratives(reporting, publisher.name.as_dict())
    add_narratives(add_element(node, "title"), title)
    if illustrative:
        sample = add_element(node, "description", type="4")
        add_narratives(sample, _labels(publishing.texts, "exports.sample"))
    return node


def _describe(node: Node, entry: CatalogueEntry, publishing: Publishing) -> None:
    elements = (Element.GENERAL, Element.OBJECTIVES, Element.TARGETS, Element.OTHER)
    for element in elements:
        for told in publishing.exports.into(element):
            value = entry.public.get(told.name)
            if value and element is Element.TARGETS:
                value = _populations(value, publishing.reference)
            if isinstance(value, Mapping) and value:
                kind = element.value.partition("/")[2]
                texts = {lang: str(text) for lang, text in value.items() if text}
                add_narratives(add_element(node, "description", type=kind), texts)


def _populations(value: object, reference: Reference) -> dict[str, str]:
    chosen = value if isinstance(value, list) else []
    terms = [term for term in reference.populations if term.value in chosen]
    every = LANGUAGES if terms else ()
    return {lang: join_clauses((t.label[lang] for t in terms), lang) for lang in every}


def _organisations(node: Node, entry: CatalogueEntry, exports: Exports) -> None:
    publisher = exports.publisher
    who = {"role": FUNDING, "type": publisher.type, "ref": publisher.ref}
    add_narratives(add_element(node, "participating-org", who), publisher.name.as_dict())
    for element in (Element.ACCOUNTABLE, Element.IMPLEMENTING):
        for told in exports.into(element):
            if name := str(entry.public.get(told.name) or ""):
                role = element.value.partition("/")[2]
                add_narratives(
                    add_element(node, "participating-org", role=role, type=GOVERNMENT), {"": name}
                )


def _sectors(node: Node, entry: CatalogueEntry, exports: Exports) -> None:
    weights: dict[str, int] = {}
    for topic in _values(entry, exports, Element.SECTOR):
        if code := exports.activities.sectors.get(topic):
            weights[code] = weights.get(code, 0) + 1
    for code, share in zip(weights, shares(list(weights.values())), strict=True):
        add_element(node, "sector", vocabulary="1", code=code, percentage=share)


def _budgets(node: Node, amount: Money, start: date, months: int) -> None:
    """The cost by years of the activity, in proportion to their months."""
    if not amount:
        return
    spans = [min(_BUDGET_MONTHS, months - n) for n in range(0, months, _BUDGET_MONTHS)]
    since = start
    for span, part in zip(spans, amount.allocate(spans), strict=True):
        budget = add_element(node, "budget", type="1", status="1")
        add_element(budget, "period-start", {"iso-date": str(since)})
        add_element(budget, "period-end", {"iso-date": str(_end(since, span))})
        value = add_element(budget, "value", {"currency": part.currency, "value-date": str(start)})
        value.text = str(part)
        since = _end(since, span) + timedelta(days=1)


def _transactions(node: Node, told: Iterable[Transaction]) -> None:
    for each in told:
        made = add_element(node, "transaction", ref=each.ref)
        add_element(made, "transaction-type", code=each.type)
        add_element(made, "transaction-date", {"iso-date": str(each.at)})
        value = {"currency": each.value.currency, "value-date": str(each.at)}
        add_element(made, "value", value).text = str(each.value)


def _results(node: Node, entry: CatalogueEntry, start: date, months: int, exports: Exports) -> None:
    for told in exports.into(Element.RESULT):
        number = entry.public.get(told.name)
        if isinstance(number, bool) or not isinstance(number, int):
            continue
        result = add_element(node, "result", type="1")
        add_narratives(add_element(result, "title"), told.field.label.as_dict())
        indicator = add_element(result, "indicator", measure="1")
        add_narratives(add_element(indicator, "title"), told.field.label.as_dict())
        period = add_element(indicator, "period")
        add_element(period, "period-start", {"iso-date": str(start)})
        add_element(period, "period-end", {"iso-date": str(_end(start, months))})
        add_element(period, "actual", value=str(number))


def _span(entry: CatalogueEntry, exports: Exports) -> tuple[date, int]:
    """The first day and the months of an activity."""
    (start,) = (entry.public[told.name] for told in exports.into(Element.START))
    (months,) = (entry.public[told.name] for told in exports.into(Element.END))
    return date.fromisoformat(str(start)), int(str(months))


def _end(start: date, months: int) -> date:
    """The last day of `months` months from `start` on."""
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1])) - timedelta(days=1)


def _values(entry: CatalogueEntry, exports: Exports, element: Element) -> Iterator[str]:
    for told in exports.into(element):
        value = entry.public.get(told.name)
        yield from map(str, value if isinstance(value, list | tuple) else ())


def _labels(texts: Texts, key: str) -> dict[str, str]:
    return {lang: texts.text(key, lang) for lang in LANGUAGES}
