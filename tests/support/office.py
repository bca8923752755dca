"""The product as people of several offices use it through its pages."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

from sqlalchemy import event
from sqlalchemy.engine import Engine

from ricomi_workflow.audit.queries import list_entries
from ricomi_workflow.ballots.commands import cast_vote
from ricomi_workflow.ballots.rows import find_ballot_state
from ricomi_workflow.ballots.rules import votes_needed
from ricomi_workflow.bootstrap import Settings, compose
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import advance, lock, open_case
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.rows import find_latest_submission, read_case
from ricomi_workflow.contributions.commands import record_pledge
from ricomi_workflow.contributions.indirect_costs import NO_ICR
from ricomi_workflow.contributions.receipts import record_receipt
from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.definitions.html_values import format_inputs
from ricomi_workflow.definitions.model import FormDef, Section, TransitionDef
from ricomi_workflow.definitions.tables import rows_of
from ricomi_workflow.fund.queries import get_case_finances
from ricomi_workflow.identity.queries import find_actor, find_user_by_email
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.simulation import answers
from ricomi_workflow.simulation.accounts import create_accounts
from ricomi_workflow.simulation.work_answers import answer_context
from tests.support.application import application
from tests.support.databases import engine_at
from tests.support.papers import ALONE
from tests.support.visitor import Visitor, plain

MORNING = datetime(2026, 9, 14, 14, 0, tzinfo=UTC)  # a Monday in Washington
PASSWORD = "one password for all of them"
SECRET = "a key for tests only, forty characters"
ENOUGH = Money(500_000_00)
KIND = "cooperation_request"
LETTERS = {
    Role.SECRETARIAT: "secretaria",
    Role.CHAIR: "presidencia",
    Role.FUND_ADMINISTRATOR: "fondo",
    Role.CERTIFYING_OFFICER: "certificacion",
    Role.AUDITOR: "auditoria",
    Role.FOCAL_POINT: "focal",
    Role.INSTITUTION_USER: "institucion",
    Role.CEAM_DELEGATE: "delegacion",
}


def letter(role: Role, country: str = "") -> str:
    """The e-mail address of the holder of an office."""
    return LETTERS[role] + (f".{country.lower()}" if country else "") + "@ricomi.example"


@cache
def composed() -> Services:
    """The product composed once: only its database changes from test to test."""
    return compose(Settings("sqlite://", SECRET), FrozenClock(MORNING))


def furnish(address: str) -> None:
    """Fill an empty database with people who can sign in, and a fund with money."""
    services = compose(Settings(address, SECRET), FrozenClock(MORNING))
    accounts = create_accounts(services, PASSWORD)
    administrator = accounts.actor(Role.FUND_ADMINISTRATOR)
    today = services.calendar.local_day(MORNING)
    gifts = (("MX", Source.MEMBER_STATES), ("ES", Source.PERMANENT_OBSERVERS))
    for donor, donor_class in gifts:
        with services.uow.begin(administrator) as tx:
            ref = record_pledge(tx, donor, donor_class, ENOUGH, illustrative=True)
        with services.uow.begin(administrator) as tx:
            record_receipt(
                tx, ref, ENOUGH, bank_reference=f"IN {ref}", received_on=today, icr=NO_ICR
            )
    services.uow.engine.dispose()


def furnished(engine: Engine) -> None:
    """The same, for what many tests begin with (`Databases.continued`)."""
    furnish(engine.url.render_as_string(hide_password=False))


class OfficeHouse:
    """The application over one database, its clock, and the browsers of those who came in."""

    def __init__(self, address: str, services: Services | None = None) -> None:
        self.clock = FrozenClock(MORNING)
        uow = UnitOfWork(engine_at(address), self.clock)
        self.services = replace(services or composed(), uow=uow)
        self.app = application(self, self.services)
        self.rng = Random(7)
        self._visitors: dict[tuple[Role, str, str], Visitor] = {}

    def the(self, role: Role, country: str = "", lang: str = "es") -> Visitor:
        """The browser of the holder of an office, signed in."""
        key = (role, country, lang)
        if key not in self._visitors:
            with self.services.uow.read() as connection:
                person = find_user_by_email(connection, letter(role, country))
            assert person is not None
            self._visitors[key] = Visitor(self.app).enter(person)
        return self._visitors[key]

    def case(self, ref: str) -> Case:
        """The case as it stands in the database."""
        with self.services.uow.read() as connection:
            found = read_case(connection, ref)
        assert found is not None
        return found

    def transition(self, ref: str, trigger: str) -> TransitionDef:
        """The first transition of `trigger` that the state of the case offers."""
        case = self.case(ref)
        return self.services.process(case).offered(case.state, trigger)[0]

    def request(self, country: str = "PY", partners: tuple[str, ...] = ("BR",)) -> dict[str, Json]:
        """A whole request of a state."""
        today = self.services.calendar.local_day(self.clock.now())
        made = answers.request(self.rng, self.services, country, today)
        if not partners:
            return {**made, **ALONE}
        return {**made, "participants": list(partners)}

    def answered(self, ref: str, form: str) -> dict[str, Json]:
        """What was last handed in with a form of a case."""
        with self.services.uow.read() as connection:
            given = find_latest_submission(connection, self.case(ref).id, form)
        assert given is not None
        return dict(given.values)

    def answer(self, ref: str, form: str) -> dict[str, Json]:
        """A plausible answer to a form of a case as it stands."""
        case = self.case(ref)
        situation = answer_context(self.services, case)
        return answers.ANSWERS[form](self.rng, situation)

    def advances(self, ref: str) -> Money:
        """What was paid in a case and is not accounted for."""
        with self.services.uow.read() as connection:
            return get_case_finances(connection, self.case(ref)).advances

    def vote_until_one_is_missing(self, ref: str) -> None:
        """Let delegates vote in favour until one more vote decides; Uruguay is kept for last."""
        for country in sorted(self.services.reference.states.keys() - {"UY"}):
            with self.services.uow.read() as connection:
                standing = find_ballot_state(connection, self.case(ref).id)
            assert standing is not None
            if votes_needed(standing.tally(), standing.ballot.rule).in_favour == 1:
                return
            if standing.seats[country] and country not in standing.latest:
                with self.services.uow.begin(self.actor(Role.CEAM_DELEGATE, country)) as tx:
                    case = lock(tx, self.services, ref)
                    cast_vote(tx, self.services, case, country, "in_favour")

    def opened(self, country: str = "PY") -> str:
        """A case of a state that was just opened; answer its reference."""
        with self.services.uow.begin(self.actor(Role.FOCAL_POINT, country)) as tx:
            return open_case(tx, self.services, KIND, country).ref

    def act(
        self,
        ref: str,
        role: Role,
        trigger: str,
        country: str | None = None,
        *,
        inputs: Mapping[str, Json] | None = None,
        reason: str | None = None,
    ) -> None:
        """Let somebody do an act by the verb, a minute after the last one."""
        self.later(minutes=1)
        with self.services.uow.begin(self.actor(role, country)) as tx:
            case = lock(tx, self.services, ref)
            advance(tx, self.services, case, trigger, inputs=inputs, reason=reason)

    def submitted(self, country: str = "PY", partners: tuple[str, ...] = ("BR",)) -> str:
        """A case that was submitted; answer its reference."""
        ref = self.opened(country)
        request = self.request(country, partners)
        self.act(ref, Role.FOCAL_POINT, "submit", country, inputs=request)
        return ref

    def under_review(self) -> str:
        """A case that the Secretariat is reviewing; Brazil has not confirmed."""
        ref = self.submitted()
        self.act(ref, Role.SECRETARIAT, "start_review")
        return ref

    def before_the_committee(self) -> str:
        """A case on which the committee votes."""
        ref = self.under_review()
        self.act(ref, Role.FOCAL_POINT, "confirm_participation", "BR")
        passing = {
            f.name: True
            for f in self.services.library.forms["admissibility/v2"].fields()
            if not f.name.endswith("_reason")
        }
        self.act(ref, Role.SECRETARIAT, "record_admissibility", inputs=passing)
        opinion = self.answer(ref, "technical_opinion")
        self.act(ref, Role.SECRETARIAT, "record_opinion", inputs=opinion)
        self.act(ref, Role.SECRETARIAT, "open_ballot")
        return ref

    def executing(self) -> str:
        """A case in execution whose first tranche is asked for."""
        ref = self.before_the_committee()
        self.vote_until_one_is_missing(ref)
        with self.services.uow.begin(self.actor(Role.CEAM_DELEGATE, "UY")) as tx:
            cast_vote(tx, self.services, lock(tx, self.services, ref), "UY", "in_favour")
        self.act(ref, Role.FUND_ADMINISTRATOR, "fund")
        agreement = self.answer(ref, "agreement")
        self.act(ref, Role.FOCAL_POINT, "record_agreement", "PY", inputs=agreement)
        plan = self.answer(ref, "execution_plan")
        self.act(ref, Role.INSTITUTION_USER, "submit_plan", "PY", inputs=plan)
        self.act(ref, Role.SECRETARIAT, "accept_plan")
        official = self.answer(ref, "designated_official")
        self.act(ref, Role.FOCAL_POINT, "designate_official", "PY", inputs=official)
        self.act(ref, Role.FUND_ADMINISTRATOR, "start_execution")
        asked = self.answer(ref, "tranche_request")
        self.act(ref, Role.FOCAL_POINT, "request_tranche", "PY", inputs=asked)
        return ref

    def acts(self, ref: str) -> list[str]:
        """What the trail of a case says was done, oldest first."""
        case = self.case(ref)
        with self.services.uow.read() as connection:
            return [entry.act for entry in list_entries(connection, case.id)]

    def actor(self, role: Role, country: str | None = None) -> Actor:
        """The holder of an office, to act by a verb."""
        today = self.services.calendar.local_day(self.clock.now())
        with self.services.uow.read() as connection:
            person = find_user_by_email(connection, letter(role, country or ""))
            found = find_actor(connection, person.id, today) if person else None
        assert found is not None
        return found

    def text(self, key: str, lang: str, **params: object) -> str:
        """A sentence of the interface, with single blanks as a visitor reads it."""
        return plain(self.services.texts.text(key, lang, **params))

    def later(self, **step: int) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**step))


def fill_in(
    house: OfficeHouse, visitor: Visitor, form: FormDef, values: Mapping[str, Json], lang: str
) -> None:
    """Fill in a form page by page as it asks for it, adding the rows that its tables need."""
    go_on = house.text("ui.save_and_continue", lang)
    review = house.text("form.review", lang)
    for section in form.sections:
        texts = _section_texts(form, section, values, lang)
        for table, rows in _missing_rows(section, values, visitor):
            for _ in range(rows):
                present = {n: t for n, t in texts.items() if n in visitor.field_names()}
                visitor.press(_add_label(house, form, table, lang), present)
        if section is form.sections[-1] or len(form.sections) > MANY_SECTIONS:
            present = texts if len(form.sections) > MANY_SECTIONS else _texts(form, values, lang)
            button = go_on if go_on in visitor.buttons() else review
            visitor.press(button, present)
            assert visitor.status == 200, (visitor.path, visitor.errors(), visitor.text)


MANY_SECTIONS = 3


def _texts(form: FormDef, values: Mapping[str, Json], lang: str) -> dict[str, list[str]]:
    return {
        name: texts
        for name, texts in format_inputs(form, values, lang).items()
        if not _is_computed(form, name)
    }


def _section_texts(
    form: FormDef, section: Section, values: Mapping[str, Json], lang: str
) -> dict[str, list[str]]:
    names = {f.name for f in section.fields}
    return {n: t for n, t in _texts(form, values, lang).items() if n.partition(".")[0] in names}


def _is_computed(form: FormDef, name: str) -> bool:
    table, _, rest = name.partition(".")
    column = rest.partition(".")[2]
    return any(c.name == column and c.is_computed for c in form.field(table).columns)


def _missing_rows(
    section: Section, values: Mapping[str, Json], visitor: Visitor
) -> list[tuple[str, int]]:
    found = []
    for field in section.fields:
        if field.columns:
            names = visitor.field_names()
            rows = {n.split(".")[1] for n in names if n.startswith(f"{field.name}.")}
            found.append((field.name, max(len(rows_of(values.get(field.name))) - len(rows), 0)))
    return found


def _add_label(house: OfficeHouse, form: FormDef, table: str, lang: str) -> str:
    return f"{house.text('ui.add_line', lang)} : {form.field(table).label[lang]}"


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Every statement that SQLite runs in the block, also those that bypass SQLAlchemy."""
    seen: list[str] = []

    def watch(connection: sqlite3.Connection, *_record: object) -> None:
        connection.set_trace_callback(seen.append)

    def ignore(connection: sqlite3.Connection, *_record: object) -> None:
        connection.set_trace_callback(None)

    event.listen(engine, "checkout", watch)
    event.listen(engine, "checkin", ignore)
    yield seen
    event.remove(engine, "checkout", watch)
    event.remove(engine, "checkin", ignore)
