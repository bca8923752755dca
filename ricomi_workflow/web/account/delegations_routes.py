"""Standing in: one's own certificates, answering and ending them, and the list of all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ricomi_workflow.ballots.voting_methods import VOTERS
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.library import list_latest
from ricomi_workflow.definitions.number_formats import parse_day
from ricomi_workflow.identity.delegation_queries import (
    PAGE,
    Certificate,
    Status,
    list_certificates,
    list_certificates_of,
    list_possible_delegates,
)
from ricomi_workflow.identity.delegations import UNDELEGABLE, Scope
from ricomi_workflow.kernel.actors import NETWORK, Grant, Role
from ricomi_workflow.kernel.errors import FieldError, Invalid, NotFound
from ricomi_workflow.kernel.text import join_clauses
from ricomi_workflow.localization import formats
from ricomi_workflow.messaging import delegation_notices
from ricomi_workflow.web.access import for_offices, for_signed_in
from ricomi_workflow.web.current_user import actor, row_key, services
from ricomi_workflow.web.i18n import PREFIX, language, t
from ricomi_workflow.web.messages import local_day, role_label
from ricomi_workflow.web.plain_forms import PlainForm, done, refused

if TYPE_CHECKING:
    from sqlalchemy import Connection

blueprint = Blueprint("delegations", __name__, url_prefix=PREFIX)
Page = str | Response | tuple[str, int]
_ANSWERS: dict[str, tuple[Callable[[Tx, int], None], str]] = {
    "accept": (delegation_notices.accept, "accepted"),
    "decline": (delegation_notices.decline, "declined"),
    "revoke": (delegation_notices.revoke, "revoked"),
}
_DONE = ("made", "accepted", "declined", "revoked")
_LONGEST = 2000
_OPEN = frozenset({Status.OFFERED, Status.COMING, Status.IN_FORCE})
Choices = Sequence[tuple[str, str]]


@blueprint.get("/stand-ins")
@for_signed_in
def stand_ins() -> Page:
    """Show who stands in for the reader, and for whom they stand in."""
    return _page(blank_form(), done(*_DONE))


@blueprint.post("/stand-ins")
@for_signed_in
def make() -> Page:
    """Certify that another person may act in one's name; it waits for their acceptance."""
    sent = sent_form()
    try:
        with services().uow.begin(actor()) as tx:
            scope = scope_of(sent)
            delegation_notices.delegate(tx, actor().user_id or 0, person_of(sent), scope)
            require_cases(tx, scope)
    except Invalid as error:
        return _page(sent.with_errors(refused({}, error).errors)), 422
    return redirect(url_for("delegations.stand_ins", done="made"), 303)


@blueprint.post("/stand-ins/<int:key>/<answer>")
@for_signed_in
def answer(key: int, answer: str) -> Response:
    """Accept, decline or revoke a certificate."""
    if answer not in _ANSWERS:
        raise NotFound("page", answer)
    verb, what = _ANSWERS[answer]
    with services().uow.begin(actor()) as tx:
        verb(tx, key)
    back = "every_stand_in" if request.form.get("back") == "all" else "stand_ins"
    return redirect(url_for(f"delegations.{back}", done=what), 303)


@blueprint.get("/stand-ins/all")
@for_offices(Role.ADMINISTRATOR, Role.AUDITOR)
def every_stand_in() -> Page:
    """List every certificate, the newest first."""
    with services().uow.read() as connection:
        page = every_page(connection, request.args.get("after", type=row_key))
    return render_template("account/all_stand_ins.html", page=page, done=done(*_DONE))


def _page(form: StandInForm, done: str = "") -> str:
    with services().uow.read() as connection:
        page = own_page(connection, form, done)
    return render_template("account/stand_ins.html", page=page)


@dataclass(frozen=True, slots=True)
class StandInForm(PlainForm):
    """What was sent, and what is wrong with it."""

    offices: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    ballots: bool = False

    def with_errors(self, errors: Mapping[str, str]) -> StandInForm:
        """The same form with what is wrong."""
        return replace(self, errors=errors)


@dataclass(frozen=True, slots=True)
class StandInLine:
    """One certificate in words, and what the reader can do with it."""

    key: int
    pair: str
    other: str
    offices: str
    days: str
    scope: str
    ballots: str
    status: str
    standing: str  # in_force, offered …, for its look
    note: str
    history: tuple[str, ...]
    may_accept: bool
    may_end: bool
    end_words: str


@dataclass(frozen=True, slots=True)
class StandIns:
    """Everything that the template of one's own certificates draws."""

    given: tuple[StandInLine, ...]
    received: tuple[StandInLine, ...]
    form: StandInForm
    offices: Choices
    people: Choices
    kinds: Choices
    may_vote: bool
    done: str


@dataclass(frozen=True, slots=True)
class EveryStandIn:
    """A page of the list of all certificates."""

    lines: tuple[StandInLine, ...]
    next_href: str


def own_page(connection: Connection, form: StandInForm, done: str = "") -> StandIns:
    """The certificates that the reader gave and was given, and the form for a new one."""
    key = actor().user_id or 0
    found = list_certificates_of(connection, key)
    grants = _delegable()
    seats = {grant.seat for grant in grants}
    people = list_possible_delegates(connection, seats, _today(), but=key) if seats else []
    return StandIns(
        given=tuple(_line(each) for each in found if each.giver_id == key),
        received=tuple(_line(each) for each in found if each.delegate_id == key),
        form=form,
        offices=tuple((_value(grant), role_label(grant.role, grant.country)) for grant in grants),
        people=tuple((str(row.id), f"{row.name} · {row.email}") for row in people),
        kinds=_kinds(),
        may_vote=any(grant.role in VOTERS for grant in grants),
        done=done,
    )


def every_page(connection: Connection, after: int | None) -> EveryStandIn:
    """All certificates, the newest first."""
    found = list_certificates(connection, after=after, limit=PAGE + 1)
    more = len(found) > PAGE
    last = url_for("delegations.every_stand_in", after=found[PAGE - 1].id) if more else ""
    return EveryStandIn(tuple(_line(each) for each in found[:PAGE]), last)


def blank_form() -> StandInForm:
    """A form for a certificate that begins today."""
    only = [_value(grant) for grant in _delegable()]
    return StandInForm({"valid_from": _today().isoformat()}, offices=frozenset(only[:1]))


def sent_form() -> StandInForm:
    """The form as it was sent."""
    names = ("delegate", "valid_from", "valid_to", "cases", "note")
    return StandInForm(
        {name: request.form.get(name, "")[:_LONGEST].strip() for name in names},
        offices=frozenset(request.form.getlist("offices")),
        kinds=frozenset(request.form.getlist("kinds")),
        ballots="ballots" in request.form,
    )


def scope_of(sent: StandInForm) -> Scope:
    """What a certificate is to cover, by the form. Raises `Invalid`."""
    first, last = (parse_day(sent.value(name)) for name in ("valid_from", "valid_to"))
    mistakes = [
        FieldError(name, "required")
        for name, day in (("valid_from", first), ("valid_to", last))
        if day is None
    ]
    if not sent.value("delegate").isdecimal():
        mistakes.append(FieldError("delegate", "required"))
    if not sent.offices:
        mistakes.append(FieldError("offices", "required"))
    if mistakes or first is None or last is None:
        raise Invalid(mistakes)
    return Scope(
        offices=tuple(_grant(value) for value in sorted(sent.offices)),
        valid_from=first,
        valid_to=last,
        ballots=sent.ballots,
        kinds=tuple(sorted(sent.kinds & {kind for kind, _ in _kinds()})),
        cases=tuple(sent.value("cases").upper().replace(",", " ").split()),
        note=sent.value("note"),
    )


def require_cases(tx: Tx, scope: Scope) -> None:
    """Raise `Invalid` when a case that a certificate names is none that its giver may see."""
    try:
        for ref in scope.cases:
            get_case(tx.connection, services(), tx.actor, ref)
    except NotFound as error:
        raise Invalid([FieldError("cases", "case_not_found", {"ref": error.key})]) from None


def person_of(sent: StandInForm) -> int:
    """Who is named as the stand-in."""
    return int(sent.value("delegate")[:18])


def _delegable() -> list[Grant]:
    own = [grant for grant in actor().grants if grant.role not in UNDELEGABLE]
    return sorted(own, key=lambda grant: (list(Role).index(grant.role), grant.country or ""))


def _value(grant: Grant) -> str:
    return f"{grant.role}:{grant.seat}"


def _grant(value: str) -> Grant:
    role, _, seat = value.partition(":")
    if role not in set(Role):
        raise Invalid([FieldError("offices", "choice")])
    return Grant(Role(role), None if seat == NETWORK else seat)


def _kinds() -> Choices:
    return tuple((w.kind, w.label[language()]) for w in list_latest(services().library))


def _today() -> date:
    return services().calendar.local_day(services().uow.clock.now())


def _line(found: Certificate) -> StandInLine:
    own, status = actor().user_id, found.status(_today())
    others = found.delegate if own == found.giver_id else found.giver
    concerned = own in {found.giver_id, found.delegate_id} or actor().has(Role.ADMINISTRATOR)
    return StandInLine(
        key=found.id,
        pair=t("delegation.pair", delegate=found.delegate, giver=found.giver),
        other=others,
        offices=join_clauses((role_label(g.role, g.country) for g in found.offices), language()),
        days=t("delegation.from_to", first=found.valid_from, last=found.valid_to),
        scope=_scope(found),
        ballots=t("delegation.with_ballots" if found.ballots else "delegation.without_ballots"),
        status=t(f"delegation.status_{status}"),
        standing=status.value,
        note=found.note,
        history=tuple(_history(found)),
        may_accept=own == found.delegate_id and status is Status.OFFERED,
        may_end=concerned and status in _OPEN and not _is_offer_to_reader(found, status),
        end_words=t("delegation.renounce" if own == found.delegate_id else "delegation.revoke"),
    )


def _is_offer_to_reader(found: Certificate, status: Status) -> bool:
    return status is Status.OFFERED and actor().user_id == found.delegate_id


def _scope(found: Certificate) -> str:
    labels = dict(_kinds())
    said = [labels.get(kind, kind) for kind in found.kinds] + list(found.cases)
    return formats.list_text(said, language()) if said else t("delegation.all_cases")


def _history(found: Certificate) -> list[str]:
    made = "made_on" if found.made_by == found.giver_id else "made_by_other"
    return [
        t(f"delegation.{made}", at=_day(found.made_at)),
        *(t(f"delegation.event_{each.event}", at=_day(each.at)) for each in found.history),
    ]


def _day(at: datetime) -> date:
    return local_day(at)
