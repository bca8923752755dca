"""The accounts of a simulation: one for each office that acts in it.

Accounts are named after offices, never after persons, are marked as demonstration, and share one
password that exists in demonstration databases only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update

from ricomi_workflow.cases.act import Services
from ricomi_workflow.committees.commands import ProposedAppointment, appoint, confirm_rules_for_demo
from ricomi_workflow.committees.queries import list_appointments
from ricomi_workflow.committees.rules import Elected
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.commands import add_user, give_role
from ricomi_workflow.identity.models import instance, user
from ricomi_workflow.identity.queries import find_actor, list_holders
from ricomi_workflow.identity.sign_in import hash_password
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Role
from ricomi_workflow.reference_data.country_names import country_name
from ricomi_workflow.reference_data.membership import electorate

_DOMAIN = "ricomi.example"
_LANGUAGES = {"BR": "pt", "HT": "fr"} | dict.fromkeys(
    ("AG", "BB", "BS", "BZ", "CA", "DM", "GD", "GY", "JM", "KN", "LC", "SR", "TT", "US", "VC"),
    "en",
)
_OFFICES = {
    Role.SECRETARIAT: ("secretaria", "Secretaría Técnica, análisis"),
    Role.CHAIR: ("presidencia", "Presidencia de la Comisión"),
    Role.VICE_CHAIR: ("vicepresidencia", "Vicepresidencia de la Comisión"),
    Role.RAPPORTEUR: ("relatoria", "Relatoría de la Comisión"),
    Role.FUND_ADMINISTRATOR: ("fondo", "Administración del fondo"),
    Role.CERTIFYING_OFFICER: ("certificacion", "Oficial de certificación"),
    Role.AUDITOR: ("auditoria", "Auditoría"),
    Role.ADMINISTRATOR: ("administracion", "Administración del sistema"),
}
_TITLES = {
    Role.FOCAL_POINT: {
        "es": "Punto focal",
        "en": "Focal point",
        "pt": "Ponto focal",
        "fr": "Point focal",
    },
    Role.INSTITUTION_USER: {
        "es": "Institución",
        "en": "Institution",
        "pt": "Instituição",
        "fr": "Institution",
    },
    Role.CEAM_DELEGATE: {
        "es": "Delegación",
        "en": "Delegation",
        "pt": "Delegação",
        "fr": "Délégation",
    },
}
_MAIL_NAMES = {
    Role.FOCAL_POINT: "focal",
    Role.INSTITUTION_USER: "institucion",
    Role.CEAM_DELEGATE: "delegacion",
}


OBSERVER_STATE = "ES"  # the permanent observer that has an account
REVIEWERS = ("1", "2", "3")  # several hold one office: a number stands where others have a state
ILLUSTRATION = "Ilustrativo: hecho para un ensayo, no se leyó ningún documento"
_STATES = {Role.CHAIR: "PY", Role.VICE_CHAIR: "CA", Role.RAPPORTEUR: "CL"}


@dataclass(frozen=True, slots=True)
class Accounts:
    """The actors of a simulation, by role and state; reviewers by their number."""

    actors: Mapping[tuple[Role, str | None], Actor]
    emails: Mapping[tuple[Role, str | None], str]  # e-mail addresses

    def actor(self, role: Role, country: str | None = None) -> Actor:
        """The holder of `role` for `country`."""
        return self.actors[role, country]

    def delegates(self) -> list[tuple[str, Actor]]:
        """The delegate of each state, in alphabetical order of the codes."""
        return sorted(
            (country, actor)
            for (role, country), actor in self.actors.items()
            if role is Role.CEAM_DELEGATE and country
        )


def create_accounts(services: Services, password: str | None = None) -> Accounts:
    """Make the accounts that do not exist yet, and answer all of them as actors.

    With `password`, every account of the simulation can sign in with it.
    """
    with services.uow.begin(SYSTEM) as tx:
        known = {
            row.email: row.id for row in tx.connection.execute(select(user.c.email, user.c.id))
        }
        keys = {
            (part.role, part.country): known.get(part.email) or _create_account(tx, part)
            for part in _account_definitions(services)
        }
        if password:
            tx.execute(
                update(user)
                .where(user.c.demo)
                .values(password_hash=hash_password(password), epoch=user.c.epoch + 1)
            )
        mark_as_demonstration(tx)
        record_committee(tx, keys, services.calendar.local_day(tx.now))
    today = services.calendar.local_day(services.uow.clock.now())
    with services.uow.read() as connection:
        found = {key: find_actor(connection, user_id, today) for key, user_id in keys.items()}
    return Accounts(
        {key: actor for key, actor in found.items() if actor},
        {(part.role, part.country): part.email for part in _account_definitions(services)},
    )


def create_focal_points(services: Services, countries: Iterable[str]) -> list[str]:
    """Make an illustrative account for the focal point of each country; answer the addresses.

    A country that has one already gets no other. They have no password: an invitation gives one.
    Raises `Invalid` for what is no member state.
    """
    made = []
    with services.uow.begin(SYSTEM) as tx:
        today = services.calendar.local_day(tx.now)
        for country in sorted(set(countries)):
            if not list_holders(tx.driver, today, [(Role.FOCAL_POINT, country)]):
                definition = _country_account(Role.FOCAL_POINT, country)
                _create_account(tx, definition)
                made.append(definition.email)
    return made


def mark_as_demonstration(tx: Tx) -> None:
    """Say on every page of this database that what it shows is illustrative."""
    if tx.connection.execute(select(instance).where(instance.c.key == "demo")).first() is None:
        tx.execute(instance.insert().values(key="demo", value="yes"))


@dataclass(frozen=True, slots=True)
class _AccountDef:
    """An account that the story needs."""

    role: Role
    country: str | None
    email: str
    name: str
    lang: str


def _create_account(tx: Tx, part: _AccountDef) -> int:
    key = add_user(tx, part.email, part.name, part.lang, demo=True)
    give_role(tx, key, part.role, None if part.role is Role.REVIEWER else part.country)
    return key


def _account_definitions(services: Services) -> Iterator[_AccountDef]:
    for role, (mail, name) in _OFFICES.items():
        yield _AccountDef(role, None, f"{mail}@{_DOMAIN}", name, "es")
    for number in REVIEWERS:
        mail = f"evaluacion.{number}@{_DOMAIN}"
        yield _AccountDef(Role.REVIEWER, number, mail, f"Evaluación técnica {number}", "es")
    name = f"Observador permanente, {country_name(OBSERVER_STATE, 'es')}"
    yield _AccountDef(Role.OBSERVER, OBSERVER_STATE, f"observacion.es@{_DOMAIN}", name, "es")
    today = services.calendar.local_day(services.uow.clock.now())
    seats = electorate(services.reference.body("ceam"), services.reference, today)
    for role in _TITLES:
        for country in sorted(seats.counted):
            yield _country_account(role, country)


def _country_account(role: Role, country: str) -> _AccountDef:
    lang = _LANGUAGES.get(country, "es")
    name = f"{_TITLES[role][lang]}, {country_name(country, lang)}"
    email = f"{_MAIL_NAMES[role]}.{country.lower()}@{_DOMAIN}"
    return _AccountDef(role, country, email, name, lang)


def record_committee(tx: Tx, keys: Mapping[tuple[Role, str | None], int], day: date) -> None:
    """Confirm the rules and elect the officers, once; everything says that it is illustrative."""
    confirm_rules_for_demo(tx, ILLUSTRATION)
    tx.flush()  # the people are new
    known = {each.role for each in list_appointments(tx.connection, "ceam")}
    for role, country in _STATES.items():
        if role not in known:
            elected = Elected.ACCLAMATION.value
            key = keys[role, None]
            appoint(
                tx,
                "ceam",
                ProposedAppointment(role, key, country, day, None, ILLUSTRATION, elected),
            )
