"""What the pages of one's own account show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import request

from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.queries import (
    HeldRole,
    Person,
    PersonRow,
    find_person,
    list_demo_accounts,
)
from ricomi_workflow.identity.tokens import (
    DOMAINS,
    SCOPES,
    NewToken,
    TokenRow,
    find_token_secret,
    list_offices,
    list_tokens,
    make_token,
)
from ricomi_workflow.kernel.actors import GRANTABLE_ROLES, Actor, Grant, Role
from ricomi_workflow.kernel.errors import Forbidden
from ricomi_workflow.kernel.text import LANGUAGE_NAMES
from ricomi_workflow.localization import formats
from ricomi_workflow.reference_data.country_names import sort_key
from ricomi_workflow.web.current_user import is_demonstration, services
from ricomi_workflow.web.i18n import language, t, zone_choices
from ricomi_workflow.web.idempotency import derive_page_secret, new_idempotency_key, sent
from ricomi_workflow.web.messages import role_label
from ricomi_workflow.web.plain_forms import PlainForm
from ricomi_workflow.webhooks.queries import list_subscribing_offices

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

_ROLES = frozenset(str(role) for role in GRANTABLE_ROLES)
_LONGEST_TERM = 4  # digits of a number of days


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of a demonstration: the office it stands for, its address, its language."""

    office: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class DemoGroup:
    """Accounts of one office; those of the network as a whole stand open."""

    name: str
    accounts: tuple[DemoAccount, ...]
    network: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """One's own account: who, in which offices, how they read, their tokens."""

    person: Person
    roles: tuple[str, ...]
    languages: tuple[tuple[str, str], ...]
    zones: Sequence[tuple[str, str]]
    tokens: Tokens
    own: PlainForm
    password: PlainForm
    done: str = ""
    may_subscribe: bool = False  # whether programs of an office of theirs may be told

    @property
    def wrong(self) -> PlainForm:
        """The form that was refused, if one was."""
        forms = (self.own, self.password, self.tokens.form)
        return next((form for form in forms if form.errors), self.own)


def profile(
    actor: Actor,
    *,
    own: PlainForm | None = None,
    password: PlainForm | None = None,
    token: TokenForm | None = None,
    made: NewToken | None = None,
    done: str = "",
) -> Profile:
    """The actor's account; a form given is shown as it was sent."""
    now = services().uow.clock.now()
    with services().uow.read() as connection:
        person = find_person(connection, actor.user_id or 0)
        tokens = tokens_of(connection, actor, now, token, made)
    if person is None:
        raise Forbidden("profile")
    stored = {"name": person.name, "lang": person.lang, "zone": person.zone}
    grants = sorted(actor.grants, key=lambda g: (list(Role).index(g.role), g.country or ""))
    return Profile(
        person=person,
        roles=tuple(role_label(g.role, g.country) for g in grants),
        languages=tuple(LANGUAGE_NAMES.items()),
        zones=zone_choices(language(), person.zone),
        tokens=tokens,
        own=own or PlainForm(stored),
        password=password or PlainForm(),
        done=done,
        may_subscribe=bool(list_subscribing_offices(actor)),
    )


def demo_groups(connection: Connection) -> tuple[DemoGroup, ...]:
    """The accounts of a demonstration by office; none where there is no demonstration."""
    if not is_demonstration():
        return ()
    held = [(role, row) for row in list_demo_accounts(connection) for role in row.roles[:1]]
    network = DemoGroup(
        t("account.demo_network"), _accounts(p for p in held if not p[0].country), network=True
    )
    by_role = [
        DemoGroup(t(f"ui.role_{role}"), _accounts(p for p in held if p[0].role is role), False)
        for role in Role
        if any(p[0].role is role and p[0].country for p in held)
    ]
    return (network, *by_role)


def _accounts(held: Iterable[tuple[HeldRole, PersonRow]]) -> tuple[DemoAccount, ...]:
    accounts = [
        DemoAccount(_office(role), row.email, LANGUAGE_NAMES[row.lang]) for role, row in held
    ]
    return tuple(sorted(accounts, key=lambda account: sort_key(account.office)))


def _office(role: HeldRole) -> str:
    return (
        formats.country(role.country, language()) if role.country else role_label(role.role, None)
    )


@dataclass(frozen=True, slots=True)
class TokenForm(PlainForm):
    """A token to be made, as it was sent."""

    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token of the API as its owner finds it, with its office and how it stands in words."""

    row: TokenRow
    office: str
    standing: str
    works: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """One domain of the API with the scopes that a token may have in it: scope and word."""

    domain: str
    scopes: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a person, and what a new one may be."""

    lines: tuple[TokenLine, ...]
    form: TokenForm
    offices: tuple[tuple[str, str], ...]
    made: NewToken | None = None
    once: str = field(default_factory=new_idempotency_key)

    @property
    def reaches(self) -> tuple[Reach, ...]:
        """The scopes that there are, by domain."""
        return tuple(
            Reach(
                t(f"account.domain_{domain}"),
                [(s, t(f"account.scope_{s.partition(':')[2]}")) for s in _scopes_of(domain)],
            )
            for domain in DOMAINS
        )


def tokens_of(
    connection: Connection,
    actor: Actor,
    now: datetime,
    form: TokenForm | None,
    made: NewToken | None,
) -> Tokens:
    """The tokens of `actor` and a form for one more."""
    held = sorted(list_offices(actor), key=lambda g: (list(Role).index(g.role), g.country or ""))
    return Tokens(
        tuple(_line(row, now) for row in list_tokens(connection, actor.user_id or 0)),
        form or TokenForm({"days": "90"}),
        tuple((office_value(each), role_label(each.role, each.country)) for each in held),
        made,
    )


def office_value(office: Grant) -> str:
    """An office as a form sends it: `focal_point:PY`."""
    return f"{office.role}:{office.country or ''}"


def sent_form() -> TokenForm:
    """The form of a token as this request sends it."""
    names = ("token_name", "days", "office")
    values = {name: request.form.get(name, "") for name in names}
    return TokenForm(values, scopes=frozenset(request.form.getlist("scopes")))


def office_in(form: PlainForm) -> Grant | None:
    """The office that was chosen; None when none was."""
    role, _, country = form.value("office").partition(":")
    return Grant(Role(role), country or None) if role in _ROLES else None


def days_in(form: TokenForm) -> int:
    """For how many days; 0 when that is no number."""
    days = form.value("days")
    return int(days) if days.isdecimal() and len(days) <= _LONGEST_TERM else 0


def made_once(tx: Tx, form: TokenForm) -> NewToken:
    """The token that the form asks for, or made before for this very page. Raises `Invalid`."""
    secret = derive_page_secret(tx, sent())
    name, days, office = form.value("token_name"), days_in(form), office_in(form)
    return find_token_secret(tx, secret) or make_token(
        tx, name, days, scopes=form.scopes, office=office, secret=secret
    )


def _scopes_of(domain: str) -> list[str]:
    return [scope for scope in SCOPES if scope.partition(":")[0] == domain]


def _line(row: TokenRow, now: datetime) -> TokenLine:
    office = role_label(row.role, row.country)
    if row.revoked_at is not None:
        return TokenLine(row, office, t("account.token_revoked", at=row.revoked_at), works=False)
    if row.expires_at <= now:
        return TokenLine(row, office, t("account.token_ended", at=row.expires_at), works=False)
    return TokenLine(row, office, t("account.token_until", at=row.expires_at), works=True)
