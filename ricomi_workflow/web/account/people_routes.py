"""People and their offices: the administrator changes them, the Secretariat reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.identity import commands
from ricomi_workflow.identity.queries import (
    HeldRole,
    PersonRow,
    count_people,
    find_person_row,
    list_people,
)
from ricomi_workflow.kernel.actors import GRANTABLE_ROLES, Role
from ricomi_workflow.kernel.errors import Invalid, NotFound
from ricomi_workflow.kernel.text import LANGUAGE_NAMES, join_clauses
from ricomi_workflow.localization import formats
from ricomi_workflow.messaging.delegation_notices import send_invitation
from ricomi_workflow.reference_data.country_names import alphabetical
from ricomi_workflow.web.access import for_offices
from ricomi_workflow.web.components import Confirmation
from ricomi_workflow.web.current_user import actor, services
from ricomi_workflow.web.i18n import PREFIX, language, t
from ricomi_workflow.web.messages import role_label
from ricomi_workflow.web.plain_forms import PlainForm, done, refused, typed

if TYPE_CHECKING:
    from sqlalchemy import Connection

blueprint = Blueprint("people", __name__, url_prefix=PREFIX)
Page = str | Response | tuple[str, int]
_DONE = ("added", "given", "ended", "invited", "closed", "opened")
for_readers = for_offices(Role.ADMINISTRATOR, Role.SECRETARIAT)
for_administrators = for_offices(Role.ADMINISTRATOR)
PAGE = 50
_LONGEST = 100
Choices = Sequence[tuple[str, str]]


@blueprint.get("/people")
@for_readers
def people() -> Page:
    """List people with their offices."""
    with services().uow.read() as connection:
        page = people_page(connection)
    return render_template("account/people.html", page=page)


@blueprint.route("/people/new", methods=["GET", "POST"])
@for_administrators
def new_person() -> Page:
    """Add a person with a first office, and invite them."""
    form, status = PlainForm({"lang": language()}), 200
    if request.method == "POST":
        sent = typed("name", "email", "lang", "role", "country")
        try:
            return _added(sent)
        except Invalid as error:
            form, status = refused(sent, error), 422
    shown = render_template(
        "account/new_person.html",
        form=form,
        languages=language_choices(),
        roles=role_choices(),
        countries=country_choices(),
    )
    return shown, status


@blueprint.get("/people/<int:key>")
@for_readers
def person(key: int) -> Page:
    """Show one person and their offices, past ones included."""
    return _person(key, done=done(*_DONE))


@blueprint.post("/people/<int:key>/roles")
@for_administrators
def give_role(key: int) -> Page:
    """Give a person an office from today."""
    sent = typed("role", "country")
    try:
        with services().uow.begin(actor()) as tx:
            commands.give_role(tx, key, sent["role"], sent["country"] or None)
    except Invalid as error:
        return _person(key, refused(sent, error)), 422
    return _back(key, "given")


@blueprint.post("/people/<int:key>/roles/<int:grant>/end")
@for_administrators
def end_role(key: int, grant: int) -> Response:
    """End an office at once; its history stays."""
    with services().uow.begin(actor()) as tx:
        commands.end_role(tx, grant)
    return _back(key, "ended")


@blueprint.post("/people/<int:key>/invite")
@for_administrators
def invite_again(key: int) -> Response:
    """Mail a new link for choosing a password; earlier links end."""
    with services().uow.begin(actor()) as tx:
        send_invitation(tx, key, services().secret_key)
    return _back(key, "invited")


@blueprint.route("/people/<int:key>/close", methods=["GET", "POST"])
@for_administrators
def close(key: int) -> Page:
    """Say back the closing of an account, then do it."""
    if request.method == "POST":
        with services().uow.begin(actor()) as tx:
            commands.deactivate(tx, key)
        return _back(key, "closed")
    with services().uow.read() as connection:
        page = person_page(connection, key)
    oath = closing(page.line)
    return render_template("account/close_account.html", page=page, oath=oath)


@blueprint.post("/people/<int:key>/open")
@for_administrators
def reopen(key: int) -> Response:
    """Open an account that was closed."""
    with services().uow.begin(actor()) as tx:
        commands.reactivate(tx, key)
    return _back(key, "opened")


def _added(sent: dict[str, str]) -> Response:
    with services().uow.begin(actor()) as tx:
        key = commands.add_user(tx, sent["email"], sent["name"], sent["lang"])
        commands.give_role(tx, key, sent["role"], sent["country"] or None)
        send_invitation(tx, key, services().secret_key)
    return _back(key, "added")


def _person(key: int, form: PlainForm | None = None, done: str = "") -> str:
    with services().uow.read() as connection:
        page = person_page(connection, key, form, done)
    return render_template("account/person.html", page=page)


def _back(key: int, what: str) -> Response:
    return redirect(url_for("people.person", key=key, done=what), 303)


@dataclass(frozen=True, slots=True)
class RoleLine:
    """An office somebody holds, held or will hold, with its days in words."""

    id: int
    words: str
    days: str
    now: bool
    may_end: bool


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person with their offices and how their account stands."""

    row: PersonRow
    language: str
    standing: str
    closed: bool
    roles: tuple[RoleLine, ...]

    @property
    def offices(self) -> str:
        """The offices held today, in a sentence."""
        return join_clauses((role.words for role in self.roles if role.now), language())


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of the list of people."""

    lines: tuple[PersonLine, ...]
    words: str
    total: int
    next_href: str
    first_href: str
    may_change: bool


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person, what may be given to them, and what was just done."""

    line: PersonLine
    may_change: bool
    roles: Choices
    countries: Choices
    form: PlainForm = field(default_factory=PlainForm)
    done: str = ""


def may_change() -> bool:
    """Whether the reader administers people; the Secretariat reads the list."""
    return actor().has(Role.ADMINISTRATOR)


def people_page(connection: Connection) -> PeoplePage:
    """The people that the address asks for, by name."""
    words = request.args.get("q", "")[:_LONGEST]
    after = _key(request.args.get("after", ""), request.args.get("name", ""))
    rows = list_people(connection, words=words, after=after, limit=PAGE + 1)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    here = words or None
    return PeoplePage(
        lines=tuple(_line(row, _today()) for row in rows[:PAGE]),
        words=words,
        total=count_people(connection),
        next_href=url_for("people.people", q=here, after=last.id, name=last.name) if last else "",
        first_href=url_for("people.people", q=here) if after else "",
        may_change=may_change(),
    )


def person_page(
    connection: Connection, key: int, form: PlainForm | None = None, done: str = ""
) -> PersonPage:
    """One person. Raises: NotFound."""
    row = find_person_row(connection, key)
    if row is None:
        raise NotFound("user", str(key))
    line = _line(row, _today())
    return PersonPage(
        line, may_change(), role_choices(), country_choices(), form or PlainForm(), done
    )


def role_choices() -> Choices:
    """The offices that can be given, those of a state first."""
    return [(role.value, t(f"ui.role_{role}")) for role in GRANTABLE_ROLES]


def language_choices() -> Choices:
    """The four languages by their own names."""
    return list(LANGUAGE_NAMES.items())


def country_choices() -> Choices:
    """The member states by name, then the permanent observers."""
    reference, lang = services().reference, language()
    codes = (*alphabetical(reference.states, lang), *alphabetical(reference.observers, lang))
    return [(code, formats.country(code, lang)) for code in codes]


def closing(line: PersonLine) -> Confirmation:
    """The closing of an account, said back before it is done."""
    return Confirmation(
        opening=t("people.close_opening"),
        said=line.row.name,
        closing=line.offices,
        recorded=t("people.close_recorded"),
        change=t("people.close_change"),
        button=t("people.close_button", name=line.row.name),
        back=t("ui.back"),
        back_href=url_for("people.person", key=line.row.id),
    )


def _line(row: PersonRow, today: date) -> PersonLine:
    standing = "closed" if not row.active else "open" if row.has_password else "invited"
    return PersonLine(
        row=row,
        language=LANGUAGE_NAMES[row.lang],
        standing=t(f"people.standing_{standing}"),
        closed=not row.active,
        roles=tuple(_role(held, today) for held in sorted(row.roles, key=_newest_first)),
    )


def _role(held: HeldRole, today: date) -> RoleLine:
    over = held.valid_to is not None and held.valid_to < today
    if held.valid_to is None:
        days = t("people.since", day=held.valid_from)
    elif held.valid_to < held.valid_from:
        days = t("people.never")
    else:
        days = t("people.from_to", since=held.valid_from, until=held.valid_to)
    return RoleLine(
        held.id, role_label(held.role, held.country), days, held.is_valid(today), may_end=not over
    )


def _newest_first(held: HeldRole) -> tuple[bool, int]:
    return held.valid_to is not None, -held.valid_from.toordinal()


def _key(after: str, name: str) -> tuple[str, int] | None:
    return (name[:120], int(after)) if after.isdecimal() and len(after) < 19 else None


def _today() -> date:
    return services().calendar.local_day(services().uow.clock.now())
