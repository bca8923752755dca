"""The announced calls as funding opportunities of CommonGrants, in the language of the reader.

They are filtered, sorted and paged in memory: there are never many.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, cast
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.calls.queries import Call, list_calls
from ricomi_workflow.calls.rules import Phase
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.models import submission
from ricomi_workflow.definitions.model import FieldDef, FieldType
from ricomi_workflow.exports.mapping import Exports, load_exports
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.money import BOOK_CURRENCY
from ricomi_workflow.kernel.text import fold, show

if TYPE_CHECKING:
    from sqlalchemy import Connection


MOST = 500  # calls that are told; two dozen a year would fill it in twenty years
FORM = "call"
_STATUS = {Phase.ANNOUNCED: "forecasted", Phase.OPEN: "open", Phase.CANCELLED: "custom"}
_ACTS = ("case.announce", "case.extend_call", "case.cancel_call")
_TYPES = {
    FieldType.CHOICES: "array",
    FieldType.TABLE: "array",
    FieldType.INTEGER: "integer",
}
Opportunity = dict[str, Json]


@dataclass(frozen=True, slots=True)
class _Context:
    """What every opportunity of one answer is told with."""

    services: Services
    exports: Exports
    fields: Mapping[str, FieldDef]
    lang: str

    def words(self, key: str) -> str:
        """The sentence of a key."""
        return self.services.texts.text(key, self.lang)


def list_opportunities(connection: Connection, services: Services, lang: str) -> list[Opportunity]:
    """Every announced call, the one that changed last first; three statements."""
    calls = list_calls(connection, services, MOST)
    ids = [call.id for call in calls]
    given, times = _given(connection, ids), _times(connection, ids)
    forms = [form for form in services.library.forms.values() if form.name == FORM]
    fields = {field.name: field for form in forms for field in form.fields()}
    exports = load_exports(services.library, services.reference)
    telling = _Context(services, exports, fields, lang)
    told = [_opportunity(telling, call, given.get(call.id, {}), times[call.id]) for call in calls]
    return sorted(told, key=lambda each: str(each["lastModifiedAt"]), reverse=True)


def _given(connection: Connection, ids: Iterable[int]) -> dict[int, Mapping[str, Json]]:
    """What was handed in for each call, the newest."""
    rows = connection.execute(
        select(submission.c.case_id, submission.c["values"])
        .where(submission.c.case_id.in_(list(ids)), submission.c.form == FORM)
        .order_by(submission.c.number)
    )
    return {case_id: cast("Mapping[str, Json]", values) for case_id, values in rows}


def _times(connection: Connection, ids: Iterable[int]) -> dict[int, tuple[datetime, datetime]]:
    """When each call was announced, and when its terms changed last."""
    rows = connection.execute(
        select(audit_entry.c.case_id, audit_entry.c.at)
        .where(audit_entry.c.case_id.in_(list(ids)), audit_entry.c.act.in_(_ACTS))
        .order_by(audit_entry.c.at)
    )
    found: dict[int, tuple[datetime, datetime]] = {}
    for case_id, at in rows:
        found[case_id] = (found[case_id][0] if case_id in found else at, at)
    return found


def _opportunity(
    telling: _Context, call: Call, given: Mapping[str, Json], times: tuple[datetime, datetime]
) -> Opportunity:
    phase, publisher = call.phase(telling.services.uow.clock.now()), telling.exports.publisher
    identifier = publisher.identifier(call.ref, illustrative=call.illustrative)
    status: dict[str, Json] = {"value": _STATUS.get(phase, "closed")}
    if phase is Phase.CANCELLED:
        status["customValue"] = phase.value
    status["description"] = telling.words(f"calls.phase_{phase}")
    made: Opportunity = {
        "id": str(uuid5(NAMESPACE_URL, identifier)),
        "title": call.ref,
        "description": "",
        "status": status,
        "source": f"{telling.services.base_url}/{telling.lang}/calls/{call.ref}",
        "createdAt": iso(times[0]),
        "lastModifiedAt": iso(times[1]),
        "acceptedApplicantTypes": [
            {
                "value": "custom",
                "customValue": "member_state",
                "description": telling.words("exports.member_state"),
            }
        ],
        "customFields": _own(telling, call),
    }
    for name, value in (dict(given) | call.terms.as_json()).items():
        where = telling.exports.opportunities.get(name)
        if where and value not in (None, "", [], {}):
            _put(made, where, _value(telling, call, name, value))
    if call.illustrative:
        made["description"] = f"{made['description']}\n\n{telling.words('exports.sample')}".strip()
    return made


def _own(telling: _Context, call: Call) -> dict[str, Json]:
    """What the protocol has no place for: our number, each text in its languages, the mark."""
    title = {"name": telling.words("exports.in_title"), "fieldType": "object"}
    sample = {"name": telling.words("exports.in_illustrative"), "fieldType": "boolean"}
    ref = {"name": telling.words("exports.in_ref"), "fieldType": "string"}
    return {
        "reference": {**ref, "value": call.ref},
        "titles": {**title, "value": dict(call.title)},
        "illustrative": {**sample, "value": call.illustrative},
    }


def _value(telling: _Context, call: Call, name: str, value: Json) -> Json:
    """A field as its place holds it: a text, an event, an amount, or a field of our own."""
    field = telling.fields[name]
    label = field.label[telling.lang]
    if isinstance(value, Mapping):
        return show({str(k): str(v) for k, v in value.items()}, telling.lang).text
    if field.type is FieldType.MONEY:
        return {"amount": str(value), "currency": BOOK_CURRENCY}
    if field.type is FieldType.DATE:
        return _event(call, name, label)
    return {"name": label, "fieldType": _TYPES.get(field.type, "string"), "value": value}


def _event(call: Call, name: str, label: str) -> dict[str, Json]:
    day = getattr(call.terms, name).isoformat()
    event: dict[str, Json] = {"name": label, "eventType": "singleDate", "date": day}
    at: datetime | None = getattr(call.terms, name.replace("_on", "_at"), None)
    if at is None:
        return event
    hour = at.astimezone(ZoneInfo(call.terms.zone)).time().isoformat(timespec="seconds")
    return {**event, "time": hour, "description": call.terms.zone}


def _put(made: Opportunity, where: str, value: Json) -> None:
    *above, name = where.split(".")
    node = made
    for part in above:
        node = cast("Opportunity", node.setdefault(part, {}))
    node[name] = value


LARGEST_PAGE = 100
_PAGE, _SIZE = 1, 10
_DIGITS = 10
_RANGES = {
    "closeDateRange": "keyDates.closeDate.date",
    "totalFundingAvailableRange": "funding.totalAmountAvailable",
    "minAwardAmountRange": "funding.minAwardAmount",
    "maxAwardAmountRange": "funding.maxAwardAmount",
}
_SORTS = {
    "lastModifiedAt": "lastModifiedAt",
    "createdAt": "createdAt",
    "title": "title",
    "status.value": "status.value",
    "keyDates.closeDate": "keyDates.closeDate.date",
    "funding.maxAwardAmount": "funding.maxAwardAmount",
    "funding.totalAmountAvailable": "funding.totalAmountAvailable",
}
Keep = Callable[[Opportunity], bool]


@dataclass(frozen=True, slots=True)
class Page:
    """Which page of how many."""

    number: int = _PAGE
    size: int = _SIZE

    @classmethod
    def of(cls, given: Mapping[str, object]) -> Page:
        """The page that parameters ask for; what is no number counts as not given."""
        return cls(
            _whole(given.get("page"), _PAGE),
            min(_whole(given.get("pageSize"), _SIZE), LARGEST_PAGE),
        )


@dataclass(slots=True)
class _Ignored:
    """What was not understood, told beside the results."""

    filters: list[Json] = field(default_factory=list)
    sorting: list[Json] = field(default_factory=list)


def list_page(items: Sequence[Opportunity], page: Page) -> dict[str, Json]:
    """One page of opportunities with where it stands."""
    first = (page.number - 1) * page.size
    shown: list[Json] = [*items[first : first + page.size]]
    return {
        "status": 200,
        "message": "Success",
        "items": shown,
        "paginationInfo": {
            "page": page.number,
            "pageSize": page.size,
            "totalItems": len(items),
            "totalPages": -(-len(items) // page.size),
        },
    }


def search_page(items: Sequence[Opportunity], body: Mapping[str, Json]) -> dict[str, Json]:
    """The page that a question asks for, and what of it was applied."""
    told = _Ignored()
    given = _mapping(body.get("filters"))
    filters = dict(_filters(given, told))
    words = fold(str(body.get("search") or "")).split()
    kept = [
        each for each in items if _has(each, words) and all(keep(each) for keep in filters.values())
    ]
    by, order = _order(_mapping(body.get("sorting")), told)
    kept.sort(key=lambda each: _rank(_at(each, _SORTS[by])), reverse=order == "desc")
    applied: dict[str, Json] = {name: given[name] for name in filters}
    return list_page(kept, Page.of(_mapping(body.get("pagination")))) | {
        "sortInfo": {"sortBy": by, "sortOrder": order, "errors": told.sorting},
        "filterInfo": {"filters": applied, "errors": told.filters},
    }


def _filters(given: Mapping[str, Json], told: _Ignored) -> Iterator[tuple[str, Keep]]:
    for name, each in given.items():
        if each is None:
            continue
        asked = _mapping(each)
        keep = _status(asked) if name == "status" else _range(_RANGES.get(name), asked)
        if keep:
            yield name, keep
        else:
            told.filters.append(f"{name}: not applied")


def _status(asked: Mapping[str, Json]) -> Keep | None:
    values, operator = asked.get("value"), asked.get("operator")
    if not isinstance(values, list) or operator not in ("in", "notIn"):
        return None
    return lambda each: (_at(each, "status.value") in values) == (operator == "in")


def _range(path: str | None, asked: Mapping[str, Json]) -> Keep | None:
    ends, operator = _mapping(asked.get("value")), asked.get("operator")
    if path is None or operator not in ("between", "outside"):
        return None
    low, high = _rank(ends.get("min")), _rank(ends.get("max"))

    def fits(each: Opportunity) -> bool:
        found = _rank(_at(each, path))
        within = (low == _NOTHING or low <= found) and (high == _NOTHING or found <= high)
        return found != _NOTHING and within == (operator == "between")

    return fits


def _order(asked: Mapping[str, Json], told: _Ignored) -> tuple[str, str]:
    by, order = str(asked.get("sortBy") or "lastModifiedAt"), str(asked.get("sortOrder") or "desc")
    if by not in _SORTS:
        told.sorting.append(f"{by}: not applied")
        by = "lastModifiedAt"
    return by, order if order in ("asc", "desc") else "desc"


def _has(each: Opportunity, words: Sequence[str]) -> bool:
    said = [each["title"], each["description"], each["customFields"]]
    text = fold(json.dumps(said, ensure_ascii=False))
    return all(word in text for word in words)


_NOTHING = (0, Decimal(0), "")


def _rank(value: Json) -> tuple[int, Decimal, str]:
    """What values are compared by: amounts as numbers, others as texts, nothing first."""
    if isinstance(value, Mapping):
        try:
            amount = Decimal(str(value.get("amount")))
        except InvalidOperation:
            return _NOTHING
        return (1, amount, "") if amount.is_finite() else _NOTHING
    return (1, Decimal(0), str(value)) if value is not None else _NOTHING


def _at(each: Opportunity, path: str) -> Json:
    found: Json = each
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _whole(value: object, default: int) -> int:
    text = str(value)
    found = int(text) if text.isascii() and text.isdigit() and len(text) < _DIGITS else 0
    return found or default
