"""What a person's own tokens of the API look like on the page of the account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import request

from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.scopes import DOMAINS, SCOPES, list_offices
from ricomi_workflow.identity.tokens import (
    NewToken,
    TokenRow,
    find_token_secret,
    list_tokens,
    make_token,
)
from ricomi_workflow.kernel.actors import GRANTABLE_ROLES, Actor, Grant, Role
from ricomi_workflow.web.i18n import t
from ricomi_workflow.web.idempotency import derive_page_secret, new_idempotency_key, sent
from ricomi_workflow.web.messages import role_label
from ricomi_workflow.web.plain_forms import PlainForm

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

_ROLES = frozenset(str(role) for role in GRANTABLE_ROLES)
_LONGEST_TERM = 4  # digits of a number of days


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
