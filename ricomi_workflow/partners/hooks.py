"""Guards and effects by which a case finds a partner, and partners confirm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ricomi_workflow.cases.act import Act, Effect, Guard
from ricomi_workflow.cases.hooks import find_submitted, message_params, offices_of_role
from ricomi_workflow.cases.locked_case import candidate_countries
from ricomi_workflow.cases.participation import absence_error, add_participant, record_confirmations
from ricomi_workflow.definitions.check import Reads
from ricomi_workflow.definitions.library import opening_form
from ricomi_workflow.definitions.model import FieldType
from ricomi_workflow.identity.queries import Holder, list_holders
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import FieldError, Invalid, Refusal, Refused
from ricomi_workflow.messaging.commands import enqueue
from ricomi_workflow.partners.queries import (
    Match,
    list_accepted,
    list_search_answers,
    match_offer,
    published_offers,
)

_MANY = 3  # states from which a title is asked for in two languages


def partner_sought(act: Act) -> Refusal | None:
    """The request says that it seeks a partner, and none has been accepted yet."""
    if not _seeks(act):
        return Refusal("partner_not_sought")
    found = _accepted(act)
    return Refusal("partner_found", {"countries": tuple(sorted(found))}) if found else None


def partner_found(act: Act) -> Refusal | None:
    """Another state takes part, one that was sought was accepted, or it is of the whole network.

    Source: domain requirement 8; without any other state there would be nobody to confirm.
    """
    if _seeks(act):
        return None if _accepted(act) else Refusal("partner_missing")
    alone = not act.case.participants and _request(act).get("network_wide") is not True
    return Refusal("partner_unnamed") if alone else None


def search_answered(act: Act) -> Refusal | None:
    """At least one state has offered its experience in the present search."""
    return None if _answers(act) else Refusal("search_unanswered")


def participation_unconfirmed(act: Act) -> Refusal | None:
    """At least one state that is asked to take part has not confirmed yet."""
    waiting = any(p.confirmed_seq is None for p in act.case.participants)
    return None if waiting else Refusal("participations_confirmed")


def check_participants(act: Act) -> None:
    """Refuse a request that names a state which takes no part in the organization, and say why.

    Of those that share their experience, each is the state that asks or one that takes part. What
    three states or more do together has its title in two languages at least.
    """
    named = _named(act, "participants")
    mistakes = [mistake for country in named if (mistake := absence_error(act, country))]
    known = {act.case.country, *named, *act.case.partner_countries()}
    strange = [country for country in _named(act, "providers") if country not in known]
    if strange:
        mistakes.append(FieldError("providers", "not_taking_part", {"countries": tuple(strange)}))
    states = {act.case.country, *named}
    if len(states) >= _MANY and _languages(act) < 2:
        mistakes.append(FieldError("title", "second_language", {"count": len(states)}))
    if mistakes:
        raise Invalid(mistakes)


def broadcast_request(act: Act) -> None:
    """Ask the states whose published offers match, or all when none does; each is told why."""
    matches: dict[str, list[Match]] = {}
    for found in _matches(act):
        matches.setdefault(found.offer.country, []).append(found)
    others = {country for _, country in offices_of_role(act, Role.CANDIDATE) if country}
    asked = sorted(others & matches.keys()) or sorted(others)
    sent = 0
    for country in asked:
        told = _focal_points(act, country)
        params = {**message_params(act), **_reasons(act, matches.get(country, []))}
        sent += enqueue(act.tx, "partner_sought", told, params=params, case_id=act.case.id)
    offers = [found.offer.ref for country in asked for found in matches.get(country, [])]
    act.note(asked=[*asked], offers=[*offers], messages=sent)


def answer_search(act: Act) -> None:
    """Let the actor's state offer its experience; a second answer replaces the first."""
    own = sorted(candidate_countries(act.actor, act.case))
    absent = absence_error(act, own[0])
    if absent:
        raise Refused([Refusal("own_state_absent", absent.params)])
    act.note(answers=own[0])


def accept_partner(act: Act) -> None:
    """Bring the state that the applicant chose into the case, by its own answer."""
    chosen = str(act.inputs["partner"])
    offered = list_search_answers(act.tx.connection, act.case.id, act.case.entered)
    if chosen not in offered:
        raise Invalid([FieldError("partner", "not_among_answers", {"countries": tuple(offered)})])
    act.note(partner=chosen, answer=offered[chosen])
    add_participant(act, chosen)


def record_endorsement(act: Act) -> None:
    """Let the state of an official note have confirmed; the note and who signed it are kept."""
    country = str(act.inputs["country"])
    waiting = tuple(p.country for p in act.case.participants if p.confirmed_seq is None)
    if country not in waiting:
        raise Invalid([FieldError("country", "not_awaited", {"countries": waiting})])
    record_confirmations(act, [country])
    act.note(signatory=act.inputs["signatory"], note_reference=act.inputs["reference"])


def _named(act: Act, field: str) -> list[str]:
    """The states that an answer names."""
    given = act.inputs.get(field)
    return [str(country) for country in given] if isinstance(given, list) else []


def _languages(act: Act) -> int:
    """In how many languages the request has a title."""
    given = act.inputs.get("title")
    return sum(1 for text in given.values() if text) if isinstance(given, Mapping) else 0


def _request(act: Act) -> Mapping[str, Json]:
    given = find_submitted(act, opening_form(act.services.process(act.case).workflow))
    return given.values if given else {}


def _seeks(act: Act) -> bool:
    return _request(act).get("seeks_partner") is True


def _accepted(act: Act) -> set[str]:
    found = act.once("accepted partners", lambda: list_accepted(act.tx.connection, act.case.id))
    return found & act.case.partner_countries()


def _answers(act: Act) -> Mapping[str, int]:
    since = act.case.entered
    return act.once(
        "provider answers", lambda: list_search_answers(act.tx.connection, act.case.id, since)
    )


def _matches(act: Act) -> list[Match]:
    offers = published_offers(act.tx.connection, act.services)
    found = (match_offer(_request(act), offer) for offer in offers)
    return [each for each in found if each]


def _focal_points(act: Act, country: str) -> list[Holder]:
    today = act.services.calendar.local_day(act.tx.now)
    return list_holders(act.tx.driver, today, [(Role.FOCAL_POINT, country)])


def _reasons(act: Act, matches: Sequence[Match]) -> dict[str, Json]:
    """Which offers match, and what request and offers have in common, for the message."""
    lists = {"topics": "topics", "populations": "populations", "modality": "modalities"}
    shared = {
        (name, value)
        for found in matches
        for name, values in found.shared.items()
        for value in values
    }
    labels: list[Json] = [
        {**option.label.as_dict()}
        for name, source in lists.items()
        for option in act.services.reference.options(source)
        if (name, option.value) in shared
    ]
    return {"offers": [dict(found.offer.title) for found in matches], "shared": labels}


GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (partner_sought, partner_found, search_answered, participation_unconfirmed)
}
EFFECTS: dict[str, Effect] = {
    effect.__name__: effect
    for effect in (
        check_participants,
        broadcast_request,
        answer_search,
        accept_partner,
        record_endorsement,
    )
}
READS: Reads = {
    "accept_partner": {"partner": FieldType.COUNTRY},
    "record_endorsement": {
        "country": FieldType.COUNTRY,
        "reference": FieldType.TEXT,
        "signatory": FieldType.TEXT,
    },
}
