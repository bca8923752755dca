"""What came of cooperation in some days: projects, what they changed and taught, the money."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.cases.act import Services
from ricomi_workflow.catalogue.entry_types import status_labels
from ricomi_workflow.catalogue.models import catalogue_entry, catalogue_facet
from ricomi_workflow.catalogue.projection import public_status
from ricomi_workflow.definitions.library import kinds_catalogued_as, list_versions
from ricomi_workflow.definitions.model import RecordType, StateDef
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.kernel.text import LocalizedText
from ricomi_workflow.statements.statement import FundStatement, get_public_statement

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row

MOST = 500  # projects that are told, those that were approved last
_TOLD = ("result_types", "what_changed")  # the answers of a final report, without which none counts


@dataclass(frozen=True, slots=True)
class Project:
    """One project of the days that are told: who, when, at what cost, with what result.

    `ended_on` is None where it had not ended on the last of these days. `public` and `status` are
    those of today.
    """

    ref: str
    definition: str
    country: str
    providers: tuple[str, ...]
    title: Mapping[str, str]
    status: LocalizedText
    approved_on: date
    ended_on: date | None
    cost: Money
    spent: Money  # accounted for until the last of these days
    public: Mapping[str, Json]
    illustrative: bool

    @property
    def reported(self) -> bool:
        """Whether it ended with a final report that was accepted."""
        return self.ended_on is not None and all(self.public.get(name) for name in _TOLD)

    def chosen(self, name: str) -> tuple[str, ...]:
        """What was chosen in a public field: none, one or several values."""
        value = self.public.get(name)
        return tuple(map(str, value)) if isinstance(value, list) else (str(value),) * bool(value)

    def number(self, name: str) -> int:
        """What a public field counts; nothing where it was not asked."""
        value = self.public.get(name)
        return value if isinstance(value, int) else 0


@dataclass(frozen=True, slots=True)
class Results:
    """What there is to tell of the days from `first` to `last`, both included."""

    first: date
    last: date
    projects: tuple[Project, ...]  # approved and not ended on some day, approved last first
    before: FundStatement  # on the eve of the first day
    after: FundStatement  # at the end of the last day
    cut: bool  # there were more projects

    @property
    def approved(self) -> tuple[Project, ...]:
        """The projects that were approved in these days."""
        return tuple(each for each in self.projects if each.approved_on >= self.first)

    @property
    def completed(self) -> tuple[Project, ...]:
        """The projects that ended in these days with an accepted final report."""
        return tuple(each for each in self.projects if each.reported)

    @property
    def running(self) -> tuple[Project, ...]:
        """The projects that had not ended at the end of the last day."""
        return tuple(each for each in self.projects if each.ended_on is None)

    @property
    def illustrative(self) -> bool:
        """Whether any part of it is a sample."""
        return self.after.illustrative or any(each.illustrative for each in self.projects)

    def people(self, name: str) -> int:
        """How many people the completed projects count in the public field `name`."""
        return sum(each.number(name) for each in self.completed)

    def moved(self, figure: str) -> Money:
        """By how much a figure of the account of the fund grew in these days."""
        grown: Money = getattr(self.after, figure) - getattr(self.before, figure)
        return grown

    def cost_each(self) -> Money | None:
        """What a completed project has spent on average, to the cent below; None without any."""
        done = self.completed
        return Money(total(each.spent for each in done).minor // len(done)) if done else None


def read_results(connection: Connection, services: Services, first: date, last: date) -> Results:
    """The public projects of some days and what the fund did in them, by the Secretariat's clock.

    When a project was approved and when it ended is read from its trail, and money from the
    postings, so that any days may be asked for. Exercises are in neither.
    """
    zone = ZoneInfo(services.calendar.zone)
    begins = datetime.combine(first, time(), zone)
    ends = datetime.combine(last + timedelta(days=1), time(), zone)
    lives = _lives(connection, services, begins, ends)
    kept = [each for each in lives if each.ended is None or each.ended >= begins][: MOST + 1]
    after = get_public_statement(connection, last)
    return Results(
        first,
        last,
        tuple(_projects(connection, services, kept[:MOST], after)),
        get_public_statement(connection, first - timedelta(days=1)),
        after,
        len(kept) > MOST,
    )


@dataclass(frozen=True, slots=True)
class _Life:
    entry_id: int
    entered: datetime
    ended: datetime | None


def _lives(
    connection: Connection, services: Services, since: datetime, until: datetime
) -> list[_Life]:
    """When public projects came in and when they ended, before `until`; one statement.

    The trail of those that had ended and rested before `since` is not read.
    """
    states = {name: state for name, state in _states(services).items() if state.is_public}
    over = {name for name, state in states.items() if state.final or state.outcome}
    entered, ended = (_first(names) for names in (set(states), over))
    rests = {public_status(states[name]) for name in over}
    rests -= {public_status(state) for name, state in states.items() if name not in over}
    entry = catalogue_entry.c
    rows = connection.execute(
        select(audit_entry.c.case_id, entered.label("entered"), ended.label("ended"))
        .join(catalogue_entry, entry.entry_id == audit_entry.c.case_id)
        .where(entry.kind.in_(kinds_catalogued_as(services.library, RecordType.PROJECT)))
        .where(audit_entry.c.at < until, ~entry.status.in_(rests) | (entry.changed_at >= since))
        .group_by(audit_entry.c.case_id)
        .order_by(entered.desc(), audit_entry.c.case_id.desc())
    )
    return [_Life(row.case_id, row.entered, row.ended) for row in rows if row.entered]


def _states(services: Services) -> dict[str, StateDef]:
    """The states of projects by name; of several versions the newest says what a state is."""
    kinds = kinds_catalogued_as(services.library, RecordType.PROJECT)
    flows = (flow for kind in kinds for flow in list_versions(services.library, kind))
    return {name: state for flow in flows for name, state in flow.states.items()}


def _first(names: set[str]) -> ColumnElement[datetime | None]:
    to_state = audit_entry.c.to_state
    return func.min(case((to_state.in_(sorted(names)), audit_entry.c.at)))


def _projects(
    connection: Connection, services: Services, lives: list[_Life], money: FundStatement
) -> Iterator[Project]:
    """The entries of these lives, in their order; two statements."""
    keys = [life.entry_id for life in lives]
    rows = {
        row.entry_id: row
        for row in connection.execute(
            select(catalogue_entry).where(catalogue_entry.c.entry_id.in_(keys))
        )
    }
    giving = _providers(connection, keys)
    spent = {each.ref: each.spent for each in money.projects}
    day = services.calendar.local_day
    for life in lives:
        row = rows[life.entry_id]
        yield Project(
            ref=row.ref,
            definition=row.definition,
            country=row.country,
            providers=giving.get(life.entry_id, ()),
            title=row.title or {},
            status=_status(services, row),
            approved_on=day(life.entered),
            ended_on=day(life.ended) if life.ended else None,
            cost=Money(row.amount_minor),
            spent=spent.get(row.ref, Money(0)),
            public=row.public,
            illustrative=row.illustrative,
        )


def _providers(connection: Connection, keys: list[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    facet, value, entry = (catalogue_facet.c[n] for n in ("facet", "value", "entry_id"))
    chosen = select(entry, value).where(facet == "provides", entry.in_(keys)).order_by(value)
    for key, country in connection.execute(chosen):
        found[key] = (*found.get(key, ()), country)
    return found


def _status(services: Services, row: Row[tuple[object, ...]]) -> LocalizedText:
    return status_labels(services.library, row.definition)[row.status]
