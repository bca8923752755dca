"""Write verbs of the Secretariat about a body: who is appointed, which rule is confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from ricomi_workflow.cases.act import Services
from ricomi_workflow.committees.models import (
    appointment,
    appointment_end,
    calendar_reminder,
    rule_confirmation,
    rule_confirmation_end,
)
from ricomi_workflow.committees.queries import (
    find_appointment,
    get_rule,
    list_appointments,
    list_rules,
)
from ricomi_workflow.committees.rules import (
    APPOINTED_ROLES,
    CREDENTIAL_ROLES,
    Appointment,
    AppointmentStatus,
    Elected,
    RuleInForce,
    overlap,
)
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.commands import end_grant, get_person, grant_role
from ricomi_workflow.identity.queries import is_demonstration, list_holders
from ricomi_workflow.kernel.actors import OFFICER_ROLES, SYSTEM, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import (
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    Refused,
)
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.messaging.commands import enqueue
from ricomi_workflow.reference_data.calendars import (
    Occurrence,
    YearItem,
    list_items,
    secretariat_calendar,
)
from ricomi_workflow.reference_data.loader import load as load_reference
from ricomi_workflow.reference_data.membership import electorate
from ricomi_workflow.reference_data.model import Body

DOCUMENT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class ProposedAppointment:
    """An appointment as the Secretariat writes it down; `elected` for officers only."""

    role: str
    user_id: int
    country: str
    since: date
    until: date | None
    document: str
    elected: str = ""


def appoint(tx: Tx, body_id: str, proposed: ProposedAppointment) -> int:
    """Record an officer's term or a credential, and give the role for its days; answer its key.

    An office has one holder at a time, and nobody is accredited twice for the same days. A role
    that the person holds already becomes the role of the appointment. Raises `Forbidden`,
    `NotFound`, `Invalid` with every mistake at once, and `Conflict`, at commit, for the later of
    two who fill the same office at once.
    """
    require_secretariat(tx)
    body = load_reference().body(body_id)
    person = get_person(tx, proposed.user_id)
    held = _appointments_to(tx, body, proposed)  # once: whoever is not among them meets a conflict
    mistakes = list(_faults(body, proposed, held))
    if not person.active:
        mistakes.append(FieldError("user_id", "account_closed"))
    if mistakes:
        raise Invalid(mistakes)
    role = Role(proposed.role)
    state = proposed.country if role in CREDENTIAL_ROLES else None
    days = {"valid_from": proposed.since, "valid_to": proposed.until}
    grant = grant_role(tx, person.id, role, state, **days)
    if proposed.until is not None:
        end_grant(tx, grant, proposed.until)  # a role held without end ends with the term
    key = new_id()
    tx.flush()  # the appointment refers to the row of its role
    row = {"id": key, "body": body.id, "role": role.value, "user_id": person.id, **days}
    tx.insert(
        appointment,
        row
        | {
            "nth": len(held) + 1,
            "country": proposed.country,
            "grant_id": grant,
            "elected": proposed.elected or None,
            "document": _one_line(proposed.document),
            "made_by": tx.actor.user_id,
            "made_at": tx.now,
        },
    )
    return key


def end_appointment(tx: Tx, key: int, document: str, last_day: date | None = None) -> None:
    """End a term or a credential after `last_day` (default: yesterday), and the role with it.

    A replaced officer's term stays on record with what ended it. Raises `Forbidden`, `NotFound`,
    `Invalid`, and `Refused` when it is over or its end is recorded already.
    """
    require_secretariat(tx)
    today = secretariat_calendar().local_day(tx.now)
    found = find_appointment(tx.connection, key)
    if found is None:
        raise NotFound("appointment", str(key))
    if found.end_document or found.on(today) in {AppointmentStatus.OVER, AppointmentStatus.NEVER}:
        raise Refused([Refusal("appointment_ended")])
    last = today - timedelta(days=1) if last_day is None else last_day
    mistakes = list(_document_faults(document))
    if found.until is not None and last > found.until:
        mistakes.append(FieldError("last_day", "too_late", {"maximum": found.until}))
    if mistakes:
        raise Invalid(mistakes)
    end_grant(tx, found.grant_id, last)
    row = {"appointment_id": key, "last_day": last, "document": _one_line(document)}
    tx.insert(appointment_end, row | {"by": tx.actor.user_id, "at": tx.now})


def confirm_rule(tx: Tx, body_id: str, name: str, seen: str, document: str) -> int:
    """Record that the Secretariat confirms a rule on a document; answer the record's key.

    `seen` is the digest of the rule that was shown: another one is not confirmed by it. In a
    demonstration the record is marked illustrative. Raises `Forbidden`, `NotFound`, `Invalid`,
    `Conflict` when the rule is another one by now, `Refused` when it is confirmed already.
    """
    if not tx.actor.has(Role.SECRETARIAT):
        raise Forbidden("rule")
    found = get_rule(tx.connection, load_reference().body(body_id), name)
    if found.is_confirmed:
        raise Refused([Refusal("rule_confirmed_already")])
    if found.digest != seen:
        raise Conflict("the rule is not the one that was shown")
    mistakes = list(_document_faults(document))
    if mistakes:
        raise Invalid(mistakes)
    return _confirm(tx, found, _one_line(document), illustrative=is_demonstration(tx.connection))


def withdraw_confirmation(tx: Tx, key: int, reason: str) -> None:
    """Take a confirmation back, saying why; what was decided under it stays as it was decided.

    Raises `Forbidden`, `Invalid`, `NotFound` when no rule stands on that confirmation.
    """
    if not tx.actor.has(Role.SECRETARIAT):
        raise Forbidden("rule")
    if not reason.strip():
        raise Invalid([FieldError("reason", "required")])
    standing = [
        rule.confirmation
        for body in load_reference().bodies.values()
        for rule in list_rules(tx.connection, body)
        if rule.confirmation
    ]
    if key not in {each.id for each in standing}:
        raise NotFound("confirmation", str(key))
    row = {"confirmation_id": key, "reason": reason.strip(), "by": tx.actor.user_id}
    tx.insert(rule_confirmation_end, row | {"at": tx.now})


def confirm_rules_for_demo(tx: Tx, document: str) -> None:
    """Confirm every rule that is not, marked illustrative: for rehearsals, by the system alone."""
    if not tx.actor.is_system:
        raise Forbidden("rule")
    for body in load_reference().bodies.values():
        for found in list_rules(tx.connection, body):
            if not found.is_confirmed:
                _confirm(tx, found, document, illustrative=True)


def require_secretariat(tx: Tx) -> None:
    """Raise `Forbidden` unless the actor is of the Secretariat, administers, or is the system."""
    if not (tx.actor.is_system or tx.actor.has(Role.SECRETARIAT, Role.ADMINISTRATOR)):
        raise Forbidden("appointment")


def _confirm(tx: Tx, found: RuleInForce, document: str, *, illustrative: bool) -> int:
    key = new_id()
    row = {"id": key, "body": found.body, "rule": found.name, "rule_digest": found.digest}
    tx.insert(
        rule_confirmation,
        row
        | {
            "document": document,
            "by": tx.actor.user_id,
            "by_name": tx.actor.name,
            "at": tx.now,
            "illustrative": illustrative,
        },
    )
    return key


def _appointments_to(tx: Tx, body: Body, proposed: ProposedAppointment) -> tuple[Appointment, ...]:
    """Every appointment to the office so far."""
    known = proposed.role in {role.value for role in APPOINTED_ROLES}
    return list_appointments(tx.connection, body.id, Role(proposed.role)) if known else ()


def _faults(
    body: Body, proposed: ProposedAppointment, held: Sequence[Appointment]
) -> Iterator[FieldError]:
    yield from _document_faults(proposed.document)
    if proposed.until is not None and proposed.until < proposed.since:
        yield FieldError("until", "too_early", {"minimum": proposed.since})
    if proposed.role not in {role.value for role in APPOINTED_ROLES}:
        yield FieldError("role", "choice")
        return
    officer = Role(proposed.role) in OFFICER_ROLES
    if officer and proposed.elected not in {each.value for each in Elected}:
        yield FieldError("elected", "choice" if proposed.elected else "required")
    if not officer and proposed.elected:
        yield FieldError("elected", "officers_only")
    counted = electorate(body, load_reference(), proposed.since).counted
    if proposed.country not in counted:
        code = "seat_not_counted" if proposed.country else "country_role"
        yield FieldError("country", code, {"country": proposed.country})
    if _is_taken(held, proposed, officer=officer):
        yield FieldError("since", "office_taken" if officer else "accredited_already")


def _is_taken(held: Sequence[Appointment], proposed: ProposedAppointment, *, officer: bool) -> bool:
    return any(
        overlap(known.since, known.until, proposed.since, proposed.until)
        and (officer or (known.user_id, known.country) == (proposed.user_id, proposed.country))
        for known in held
    )


def _document_faults(document: str) -> Iterator[FieldError]:
    text = _one_line(document)
    if not text:
        yield FieldError("document", "required")
    elif len(text) > DOCUMENT_LENGTH:
        yield FieldError("document", "max_length", {"maximum": DOCUMENT_LENGTH})
    elif not text.isprintable():
        yield FieldError("document", "not_printable")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def send_calendar_reminders(services: Services) -> int:
    """Tell what the calendar of each body brings; answer how many items were told.

    Each item is told in an act of its own. The row that says so and the messages are committed
    together, and a second row of the year is refused: nobody is told twice, whoever runs at once.
    """
    today = services.calendar.local_day(services.uow.clock.now())
    told = 0
    for body in services.reference.bodies.values():
        for item in list_items(body.id):
            occurrence = item.due(today)
            if occurrence is not None:
                told += _keep(services, body, item, occurrence)
    return told


def _keep(services: Services, body: Body, item: YearItem, occurrence: Occurrence) -> bool:
    try:
        with services.uow.begin(SYSTEM) as tx:
            if _is_notified(tx, item, occurrence):
                return False
            _notify(tx, services, body, item, occurrence)
    except Conflict:  # another worker was first
        return False
    return True


def _is_notified(tx: Tx, item: YearItem, occurrence: Occurrence) -> bool:
    key = (item.body, item.id, occurrence.year)
    columns = calendar_reminder.c
    known = select(columns.at).where(
        columns.body == key[0], columns.item == key[1], columns.year == key[2]
    )
    return tx.connection.execute(known).first() is not None


def _notify(tx: Tx, services: Services, body: Body, item: YearItem, occurrence: Occurrence) -> None:
    today = services.calendar.local_day(tx.now)
    params: dict[str, Json] = {
        "item": item.label.as_dict(),
        "body": body.name_on(today).name.as_dict(),
        "first": occurrence.first.isoformat(),
        "last": occurrence.last.isoformat(),
        "page": f"bodies/{body.id}",
    }
    told = list_holders(tx.driver, today, [(role, None) for role in item.tell])
    sent = enqueue(tx, "calendar_item", told, params=params)
    row = {"body": body.id, "item": item.id, "year": occurrence.year, "at": tx.now, "told": sent}
    tx.insert(calendar_reminder, row)
