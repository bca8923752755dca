"""What the pages of one's own account show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ricomi_workflow.identity.queries import (
    HeldRole,
    Person,
    PersonRow,
    find_person,
    list_demo_accounts,
)
from ricomi_workflow.identity.tokens import NewToken
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.errors import Forbidden
from ricomi_workflow.kernel.text import LANGUAGE_NAMES
from ricomi_workflow.localization import formats
from ricomi_workflow.reference_data.country_names import sort_key
from ricomi_workflow.web.account.tokens_view import TokenForm, Tokens, tokens_of
from ricomi_workflow.web.current_user import is_demonstration, services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import role_label
from ricomi_workflow.web.plain_forms import PlainForm
from ricomi_workflow.web.time_zones import zone_choices
from ricomi_workflow.webhooks.queries import list_subscribing_offices

if TYPE_CHECKING:
    from sqlalchemy import Connection


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
