"""What a harvester asks by the rules of OAI-PMH 2.0, and the records that answer it."""

from __future__ import annotations

import binascii
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select, tuple_

from ricomi_workflow.catalogue.entry_types import list_public_kinds
from ricomi_workflow.catalogue.models import catalogue_entry, catalogue_facet
from ricomi_workflow.catalogue.queries import CatalogueEntry, SearchQuery
from ricomi_workflow.catalogue.search_query import matches_query
from ricomi_workflow.exports.entries import SummaryContext
from ricomi_workflow.kernel.clock import iso, parse_iso
from ricomi_workflow.reference_data.country_names import country_label

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection


SETS = ("kind", "country", "topic")
_COLUMNS = [catalogue_entry.c[name] for name in CatalogueEntry.__dataclass_fields__]
Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """What is harvested: entries of a set (facet and value) that changed in a span.

    `since` belongs to the span, `before` does not.
    """

    of: tuple[str, str] | None = None
    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Entries with the sets of each by number, how many there are in all, and whether more come."""

    entries: tuple[CatalogueEntry, ...]
    sets: dict[int, list[str]]
    total: int
    more: bool


def list_sets(telling: SummaryContext, lang: str) -> dict[str, str]:
    """What each set is called, by its name: `kind.cooperation_offer`, `country.PY`."""
    kinds = {kind: label[lang] for kind, label in list_public_kinds(telling.library).items()}
    states = {code: country_label(code)[lang] for code in sorted(telling.reference.states)}
    topics = {term.value: term.label[lang] for term in telling.reference.topics}
    named = zip(SETS, (kinds, states, topics), strict=True)
    return {f"{facet}.{value}": label for facet, of in named for value, label in of.items()}


def find_earliest(connection: Connection) -> datetime | None:
    """When the entry changed that has not changed for longest; None without any."""
    first: datetime | None = connection.execute(
        select(func.min(catalogue_entry.c.changed_at))
    ).scalar_one()
    return first


def list_records(
    connection: Connection, wanted: RecordQuery, after: Key | None, most: int
) -> RecordPage:
    """The next entries behind `after`, the one that changed first first; three statements."""
    where = _where(connection, wanted)
    total = connection.execute(
        select(func.count()).select_from(catalogue_entry).where(*where)
    ).scalar_one()
    order = [catalogue_entry.c.changed_at, catalogue_entry.c.entry_id]
    if after:
        where.append(tuple_(*order) > tuple_(*after, types=[column.type for column in order]))
    rows = connection.execute(
        select(*_COLUMNS).where(*where).order_by(*order).limit(most + 1)
    ).all()
    entries = tuple(CatalogueEntry(*row) for row in rows[:most])
    return RecordPage(entries, sets_of(connection, entries), int(total), len(rows) > most)


def sets_of(connection: Connection, entries: Sequence[CatalogueEntry]) -> dict[int, list[str]]:
    """The sets of each entry, by its number; one statement."""
    rows = connection.execute(
        select(catalogue_facet.c.entry_id, catalogue_facet.c.facet, catalogue_facet.c.value)
        .where(
            catalogue_facet.c.entry_id.in_([entry.entry_id for entry in entries]),
            catalogue_facet.c.facet.in_(SETS),
        )
        .order_by(catalogue_facet.c.facet, catalogue_facet.c.value)
    )
    found: dict[int, list[str]] = {}
    for entry_id, facet, value in rows:
        found.setdefault(entry_id, []).append(f"{facet}.{value}")
    return found


def _where(connection: Connection, wanted: RecordQuery) -> list[ColumnElement[bool]]:
    return [*_span(wanted), *_of(connection, wanted)]


def _span(wanted: RecordQuery) -> Iterator[ColumnElement[bool]]:
    if wanted.since:
        yield catalogue_entry.c.changed_at >= wanted.since
    if wanted.before:
        yield catalogue_entry.c.changed_at < wanted.before


def _of(connection: Connection, wanted: RecordQuery) -> Iterator[ColumnElement[bool]]:
    if wanted.of:
        facet, value = wanted.of
        yield matches_query(connection, SearchQuery(chosen={facet: [value]}))


PREFIX = "oai_dc"
TOKEN = "resumptionToken"  # noqa: S105 - the name of an argument
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass(frozen=True, slots=True)
class Verb:
    """The arguments that a verb needs, those that it takes, and whether its list can go on."""

    needs: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()
    goes_on: bool = False


_LIST = Verb(frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"}), goes_on=True)
VERBS: Mapping[str, Verb] = {
    "Identify": Verb(),
    "ListMetadataFormats": Verb(takes=frozenset({"identifier"})),
    "ListSets": Verb(goes_on=True),
    "GetRecord": Verb(frozenset({"identifier", "metadataPrefix"})),
    "ListIdentifiers": _LIST,
    "ListRecords": _LIST,
}


class OaiFault(Exception):
    """What the protocol has against a question, by one of its codes."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a list: what is wanted, behind which key it begins, how many came before."""

    wanted: RecordQuery
    after: Key | None = None
    before: int = 0


def parse_arguments(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The arguments of a question, each once; raises `OaiFault` (badVerb, badArgument)."""
    given = dict(pairs)
    twice = [name for name, n in Counter(name for name, _ in pairs).items() if n > 1]
    verb = VERBS.get(given.get("verb", ""))
    if verb is None or "verb" in twice:
        raise OaiFault("badVerb", f"The verb is one of {', '.join(VERBS)}, once.")
    rest = given.keys() - {"verb"}
    if twice:
        raise OaiFault("badArgument", f"Given more than once: {', '.join(sorted(twice))}.")
    if verb.goes_on and TOKEN in rest:
        if rest != {TOKEN}:
            raise OaiFault("badArgument", f"{TOKEN} stands alone.")
        return given
    if unknown := rest - verb.needs - verb.takes:
        raise OaiFault("badArgument", f"Not an argument: {', '.join(sorted(unknown))}.")
    if missing := verb.needs - rest:
        raise OaiFault("badArgument", f"Missing: {', '.join(sorted(missing))}.")
    return given


def parse_part(given: Mapping[str, str], sets: Collection[str]) -> Part:
    """The part of a list that is asked for; raises `OaiFault`."""
    if TOKEN in given:
        return _resumed(given[TOKEN], sets)
    require_format(given["metadataPrefix"])
    spans = {name: given[name] for name in ("from", "until") if name in given}
    lengths = {len(text) for text in spans.values()}
    ends = {name: _instant(name, text) for name, text in spans.items()}
    since, until = ends.get("from"), ends.get("until")
    if len(lengths) > 1 or (since and until and since > until):
        raise OaiFault("badArgument", "from is not after until, and both are equally exact.")
    wanted = given.get("set")
    if wanted is not None and wanted not in sets:
        raise OaiFault("noRecordsMatch", "There is no such set.")
    facet, _, value = (wanted or "").partition(".")
    unit = timedelta(days=1) if lengths == {len("2026-11-29")} else timedelta(seconds=1)
    before = until + unit if until and until.year < MAXYEAR else None
    return Part(RecordQuery((facet, value) if wanted else None, since, before))


def require_format(prefix: str) -> None:
    """Raise `OaiFault` for a format that is not offered."""
    if prefix != PREFIX:
        raise OaiFault("cannotDisseminateFormat", f"Records are told as {PREFIX}.")


def make_token(part: Part) -> str:
    """What asks for a part of a list; it never expires."""
    wanted, after = part.wanted, part.after
    told = [
        list(wanted.of) if wanted.of else None,
        *(iso(end) if end else None for end in (wanted.since, wanted.before)),
        [iso(after[0]), after[1]] if after else None,
        part.before,
    ]
    return urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def _resumed(token: str, sets: Collection[str]) -> Part:
    """The part that a token asks for, whoever wrote it; raises `OaiFault`."""
    wrong = OaiFault("badResumptionToken", "This list cannot be gone on with.")
    try:
        text = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        of, since, before, after, count = json.loads(text)
        part = Part(
            RecordQuery(
                (str(of[0]), str(of[1])) if of else None,
                parse_iso(since) if since else None,
                parse_iso(before) if before else None,
            ),
            (parse_iso(after[0]), key := int(after[1])),
            int(count),
        )
    except (
        binascii.Error, ValueError, TypeError, IndexError, KeyError, OverflowError, RecursionError
    ):  # fmt: skip
        raise wrong from None
    if (of and ".".join(part.wanted.of or ()) not in sets) or not 0 <= key < 2**63:
        raise wrong
    return part


def _instant(name: str, text: str) -> datetime:
    if _DAY.fullmatch(text) or _SECOND.fullmatch(text):
        try:
            return datetime.fromisoformat(text).replace(tzinfo=UTC)
        except ValueError:
            pass
    raise OaiFault("badArgument", f"{name} is a day or a second in UTC: 2026-11-29T12:00:00Z.")
