"""The annual report of a body's chair as a draft: what the records say of a period of sessions.

Everything in it may be known by everybody: closed items, drafts and exercises are not told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.audit_text import ballot_figures
from ricomi_workflow.committees.queries import list_appointments
from ricomi_workflow.committees.rules import Appointment
from ricomi_workflow.decisions.models import decision
from ricomi_workflow.kernel.actors import ANONYMOUS, OFFICER_ROLES, Role
from ricomi_workflow.kernel.text import show
from ricomi_workflow.localization import formats
from ricomi_workflow.meetings.queries import Meeting, list_meetings, view_meeting
from ricomi_workflow.meetings.rules import Item, Status
from ricomi_workflow.meetings.session_queries import Progress
from ricomi_workflow.reference_data.model import Body
from ricomi_workflow.reports.markdown import plain
from ricomi_workflow.reports.results import Results, read_results
from ricomi_workflow.reports.results_text import figure_lines, money_figures, output_figures

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

MOST = 200  # meetings, and decisions, that are told: the last of each
REPORTING = (*OFFICER_ROLES, Role.SECRETARIAT)  # who writes it
_HELD = frozenset({"in_session", "adjourned", "minutes_open", "minutes_approved"})
_INSTALLED = (7, 1)  # month and day on which a year of sessions begins


@dataclass(frozen=True, slots=True)
class Line:
    """A fact in words, where it is read (below the language), and what belongs to it."""

    text: str
    path: str = ""
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report: its heading and its facts; `empty` stands where there are none."""

    name: str
    label: str
    lines: tuple[Line, ...]
    empty: str


@dataclass(frozen=True, slots=True)
class Draft:
    """The whole draft, of the days from `first` to `last`, both included."""

    title: str
    between: str
    first: date
    last: date
    sections: tuple[Section, ...]


def session_of(day: date) -> date:
    """The first day of the year of sessions to which `day` belongs: 1 July."""
    begins = date(day.year, *_INSTALLED)
    return begins if day >= begins else begins.replace(year=day.year - 1)


def chair_report(
    connection: Connection, services: Services, body: Body, days: tuple[date, date], lang: str
) -> Draft:
    """The draft of the chair of `body` on some days, by the Secretariat's clock, in `lang`."""
    told = _Report(connection, services, body, *days, lang)
    made = read_results(connection, services, *days)
    first, last = (formats.day(day, lang) for day in days)
    parts = {
        "officers": told.officers(),
        "meetings": told.meetings(),
        "decisions": told.decisions(),
        "projects": told.projects(made),
        "fund": told.fund(made),
    }
    return Draft(
        told.say("title", body=told.named(body.name_on(days[1]).name.as_dict())),
        told.say("between", first=first, last=last),
        *days,
        tuple(
            Section(name, told.say(name), tuple(lines), told.say(f"no_{name}"))
            for name, lines in parts.items()
        ),
    )


def markdown(services: Services, draft: Draft, lang: str) -> str:
    """The draft in Markdown (CommonMark), to be edited."""
    blocks = [f"# {plain(draft.title)}", plain(draft.between)]
    for section in draft.sections:
        rows = []
        for line in section.lines:
            href = f"{services.base_url}/{lang}/{line.path}"
            rows.append(f"- [{plain(line.text)}]({href})" if line.path else f"- {plain(line.text)}")
            rows += [f"    - {plain(text)}" for text in line.within]
        blocks += [f"## {section.label}", "\n".join(rows) or section.empty]
    return "\n\n".join(blocks) + "\n"


@dataclass(frozen=True, slots=True)
class _Report:
    connection: Connection
    services: Services
    body: Body
    first: date
    last: date
    lang: str

    def say(self, key: str, **params: object) -> str:
        return self.services.texts.text(f"chair_report.{key}", self.lang, **params)

    def word(self, key: str) -> str:
        return self.services.texts.text(key, self.lang)

    def named(self, texts: dict[str, str]) -> str:
        return show(texts, self.lang).text

    def pair(self, label: str, words: str) -> str:
        return self.services.texts.text("results.line", self.lang, label=label, figure=words)

    def marked(self, text: str, illustrative: bool) -> str:  # noqa: FBT001 - of a row
        return f"{text} · {self.word('ui.illustrative')}" if illustrative else text

    def day(self, at: datetime) -> str:
        return formats.day(self.services.calendar.local_day(at), self.lang)

    @property
    def span(self) -> tuple[datetime, datetime]:
        zone = ZoneInfo(self.services.calendar.zone)
        ends = self.last + timedelta(days=1)
        return datetime.combine(self.first, time(), zone), datetime.combine(ends, time(), zone)

    def officers(self) -> Iterator[Line]:
        held = list_appointments(self.connection, self.body.id, *OFFICER_ROLES)
        for role in OFFICER_ROLES:
            for each in reversed(held):
                if each.role is role and self._served(each):
                    yield Line(self._officer(each))

    def _served(self, each: Appointment) -> bool:
        until = each.until or self.last
        return each.since <= until and each.since <= self.last and until >= self.first

    def _officer(self, each: Appointment) -> str:
        where = formats.country(each.country, self.lang)
        days = [formats.day(day, self.lang) for day in (each.since, each.until) if day]
        term = self.say("served" if len(days) > 1 else "serves", since=days[0], until=days[-1])
        return self.pair(self.word(f"ui.role_{each.role}"), f"{where}, {term}")

    def meetings(self) -> Iterator[Line]:
        begins, ends = self.span
        for each in reversed(list_meetings(self.connection, ANONYMOUS, MOST)):
            workflow = self.services.library.workflows[each.definition]
            inside = each.terms and begins <= each.terms.begins_at < ends
            if inside and each.state in _HELD and workflow.body == self.body.id:
                yield self._meeting(each)

    def _meeting(self, found: Meeting) -> Line:
        shown = view_meeting(self.connection, ANONYMOUS, found.ref)
        items = shown.agenda.items if shown.agenda else ()
        points = [self._item(x, shown.progress.get(x.number, Progress())) for x in items]
        closed = [self.say("closed", n=shown.closed)] if shown.closed else []
        when = self.day(found.terms.begins_at) if found.terms else ""
        text = " · ".join(part for part in (when, self.named(dict(found.title))) if part)
        path = f"meetings/{found.ref}"
        return Line(self.marked(text, found.illustrative), path, (*points, *closed))

    def _item(self, item: Item, made: Progress) -> str:
        known = made.status is not Status.PENDING
        status = self.word(f"meetings.status_{made.status}") if known else ""
        outcome = self.word(f"meetings.outcome_{made.outcome}") if made.outcome else status
        text = self.named(dict(item.title))
        return " · ".join(part for part in (item.case, text, outcome, made.words) if part)

    def decisions(self) -> Iterator[Line]:
        begins, ends = self.span
        rows = self.connection.execute(
            select(decision)
            .where(decision.c.body == self.body.id, ~decision.c.exercise)
            .where(decision.c.at >= begins, decision.c.at < ends)
            .order_by(decision.c.at.desc(), decision.c.ballot_id.desc())
            .limit(MOST)
        ).all()
        yield from (self._decision(row) for row in reversed(rows))

    def _decision(self, row: Row[tuple[object, ...]]) -> Line:
        text = [row.number or row.ref, self.named(dict(row.title)), self.day(row.at)]
        did, figures_of = self.word(f"decisions.did_{row.outcome}"), self._figures(row)
        said = self.pair(did, figures_of) if figures_of else did
        path = f"decisions/{row.ref}/{row.round}"
        return Line(self.marked(" · ".join(text), row.illustrative), path, (said,))

    def _figures(self, row: Row[tuple[object, ...]]) -> str:
        """What counted; nothing where no answer was counted, as where nobody objected."""
        tally = ballot_figures({"outcome": row.outcome, "tally": dict(row.tally)})
        unopposed = row.way in {"consensus", "silence"} and not row.tally["against"]
        if not tally or (row.outcome == "carried" and unopposed):
            return ""
        return self.services.texts.text("case.figure_tally", self.lang, **tally)

    def projects(self, made: Results) -> Iterator[Line]:
        if made.cut:
            yield Line(self.word("results.cut"))
        rows = output_figures(self.services, made, self.lang)
        for text in figure_lines(self.services, rows, self.lang):
            yield Line(self.marked(text, made.illustrative))
        days = f"from={self.first.isoformat()}&to={self.last.isoformat()}"
        yield Line(self.say("all_results"), f"results?{days}")

    def fund(self, made: Results) -> Iterator[Line]:
        rows = money_figures(self.services, made, self.lang)
        for text in figure_lines(self.services, rows, self.lang):
            yield Line(self.marked(text, made.after.illustrative))
