"""States that come into a case, and confirm: what the trail says of them and the table keeps.

An entry that brings a state in names all that take part from then on (`participants`), and those
that have confirmed by it (`confirmed`): `cases/trail_check.py` holds the table against that.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select, update

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.cases.act import Act
from ricomi_workflow.cases.locked_case import Participation
from ricomi_workflow.cases.models import participation
from ricomi_workflow.kernel.errors import FieldError
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.reference_data.country_names import country_label
from ricomi_workflow.reference_data.model import Participation as Standing

JOINING = "accept_partner"  # the effect by which a state comes in that the request does not name


def record_confirmations(act: Act, countries: Iterable[str]) -> None:
    """Let those of `countries` that are asked to take part have confirmed by this act."""
    confirmed: list[str] = []
    for part in act.case.participants:
        if part.country in countries and part.confirmed_seq is None:
            part.confirmed_seq, part.declined_seq = act.seq, None
            confirmed.append(part.country)
            act.note(country=part.country, confirmed=confirmed)
            change_participation(act, part.country, confirmed_seq=act.seq, declined_seq=None)


def record_declines(act: Act, countries: Iterable[str]) -> None:
    """Let those of `countries` that are asked to take part have declined by this act."""
    declined: list[str] = []
    for part in act.case.participants:
        if part.country in countries and part.confirmed_seq is None:
            part.declined_seq = act.seq
            declined.append(part.country)
            act.note(country=part.country, declined=declined)
            change_participation(act, part.country, declined_seq=act.seq)


def renew_requests(act: Act, countries: Iterable[str]) -> None:
    """Ask those of `countries` once more that have declined an earlier version of the request."""
    asked: list[str] = []
    for part in act.case.participants:
        if part.country in countries and part.declined_seq is not None:
            part.asked_seq, part.declined_seq = act.seq, None
            asked.append(part.country)
            act.note(asked_again=asked)
            change_participation(act, part.country, asked_seq=act.seq, declined_seq=None)


def add_participant(act: Act, country: str) -> None:
    """Bring `country` into the case; it has confirmed by its own answer."""
    known = act.tx.connection.execute(
        select(participation.c.country).where(
            participation.c.case_id == act.case.id, participation.c.country == country
        )
    ).first()
    marks = {"asked_seq": act.seq, "confirmed_seq": act.seq, "declined_seq": None}
    if known:
        change_participation(act, country, **marks, ended_seq=None)
    else:
        key = {"case_id": act.case.id, "country": country}
        act.tx.execute(participation.insert().values({**key, **marks}))
    part = Participation(country, act.seq, act.seq)
    every = [*act.case.participants, part]
    act.case.participants = tuple(sorted(every, key=lambda each: each.country))
    act.note(participants=sorted(act.case.partner_countries()), confirmed=[country])


def list_accepted_partners(act: Act) -> set[str]:
    """The states that came in by being accepted: a new version of the request keeps them."""
    transitions = act.services.process(act.case).workflow.transitions
    acts = [f"case.{t.trigger}" for t in transitions if JOINING in t.effects]
    if not acts or not act.case.participants:
        return set()
    details = act.tx.connection.execute(
        select(audit_entry.c.detail).where(
            audit_entry.c.case_id == act.case.id, audit_entry.c.act.in_(acts)
        )
    ).scalars()
    return {str(detail["partner"]) for detail in details} & act.case.partner_countries()


def participating_countries(act: Act) -> tuple[str, ...]:
    """The states that take part in the organization today, in alphabetical order of their codes."""
    return tuple(c for c in sorted(act.services.reference.states) if not absence_error(act, c))


def absence_error(act: Act, country: str) -> FieldError | None:
    """Why `country` takes no part in the organization on the day of the act; None if it does.

    Source: domain facts §3.4; reference/states.yaml names the source of each period.
    """
    reference, texts = act.services.reference, act.services.texts
    day = act.judged_on or act.services.calendar.local_day(act.tx.now)
    state = reference.states.get(country)
    period = state.on(day) if state else None
    if period and period.status is Standing.PARTICIPATES:
        return None
    params = {"country": country, "since": period.since.isoformat() if period else ""}
    named, note = country_label(country), period.note if period else None
    code = "state_takes_no_part"
    message = {
        lang: texts.text(
            f"validation.{code}", lang, country=named[lang], note=note[lang] if note else ""
        ).strip()
        for lang in LANGUAGES
    }
    return FieldError("participants", code, params, message=message)


def change_participation(act: Act, country: str, **changes: int | None) -> None:
    """Write what changed in the participation of `country`."""
    act.tx.execute(
        update(participation)
        .where(participation.c.case_id == act.case.id, participation.c.country == country)
        .values(**changes)
    )
