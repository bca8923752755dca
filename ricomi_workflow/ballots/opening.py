"""Opening a ballot: what is frozen with it, for a case of any kind.

Frozen are who is counted, the rule, the state in the chair where its vote breaks a tie, the text
with its attachments, how and until when. Electorate and chair are those of the Secretariat's local
day. Source: domain requirements 24 and 26.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from ricomi_workflow.audit.commands import record
from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.ballots.models import ballot, ballot_seat
from ricomi_workflow.ballots.notices import send_notices
from ricomi_workflow.ballots.queries import member_facts
from ricomi_workflow.ballots.voting_methods import RULE_BY_METHOD, Secrecy, VotingMethod
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case, delegation_facts
from ricomi_workflow.cases.locked_fields import material_digest
from ricomi_workflow.cases.rows import Submission
from ricomi_workflow.committees.queries import find_state_in_chair, require_rule
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.file_refs import refs_in
from ricomi_workflow.definitions.model import FieldType
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.canonical import Json, digest
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import Refusal, Refused
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.reference_data.decision_rules import Tie
from ricomi_workflow.reference_data.membership import Electorate, electorate
from ricomi_workflow.reference_data.model import Body, Rule

Facts = dict[str, Json]
OPENED = "ballot.opened"  # the entry of a ballot that no transition opens


@dataclass(frozen=True, slots=True)
class Content:
    """What is voted on: a submission of the case, or a question alone."""

    digest: str
    form: str | None = None  # `request/v2`
    number: int | None = None
    material: str = ""  # digest of what must not change while the ballot is open
    files: Sequence[Mapping[str, Json]] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """How a ballot is to be held. Without `business_days` the term of the case's state counts."""

    content: Content
    way: VotingMethod = VotingMethod.ELECTRONIC
    secrecy: Secrecy = Secrecy.OPEN
    rule_name: str = ""  # of the body; empty: the one that goes with the way
    question: Mapping[str, str] | None = None
    language: str = "es"
    meeting: str | None = None
    business_days: int | None = None
    body: str = ""  # empty: the one that the process names


def submission_content(services: Services, given: Submission) -> Content:
    """A submission as it is voted on, with each of its attachments."""
    form = services.library.forms[given.form_key]
    named = (refs_in(given.values.get(f.name)) for f in form.fields() if f.type is FieldType.FILES)
    files = sorted({(ref.sha256, ref.name) for refs in named for ref in refs})
    return Content(
        digest=given.digest,
        form=given.form_key,
        number=given.number,
        material=material_digest(form, given.values),
        files=tuple({"name": name, "digest": sha} for sha, name in files),
    )


def question_content(question: Mapping[str, str]) -> Content:
    """A question that is voted on by itself."""
    sealed = digest({"question": dict(question)})
    return Content(sealed, material=sealed)


def open_case_ballot(
    tx: Tx, services: Services, case: Case, opening: Opening, *, actor: Actor, office: str
) -> int:
    """Open a ballot that no transition of the case opens; answer the number of its entry.

    Raises `Refused`. Transaction: the caller has locked the case and judged who may do it.
    """
    facts = write_ballot(tx, services, case, opening, seq=case.version + 1)
    detail = {**facts, **delegation_facts(actor)}
    return record(tx, case, OPENED, office=office, actor_id=actor.user_id, detail=detail)


def write_ballot(tx: Tx, services: Services, case: Case, opening: Opening, *, seq: int) -> Facts:
    """Write the ballot that entry `seq` opens; answer what the entry must say of it.

    Raises `Refused` for what does not go together, and for a rule that the body does not have or
    that nobody confirmed, exercises apart.
    """
    body = _body(services, case, opening)
    rule_name, rule = _rule(body, opening)
    confirmed = require_rule(tx.driver, body, rule_name, exercise=case.exercise)
    closes_at, period = _ends(tx, services, case, opening)
    day = services.calendar.local_day(tx.now)
    voters = electorate(body, services.reference, day)
    seats = _seats(voters)
    facts: Facts = {
        "ballot": count_rounds(tx, case.id) + 1,
        "body": body.id,
        **_audit_detail(opening),
        "rule_name": rule_name,
        "rule": digest(rule.as_json()),
        "rule_confirmation": dict(confirmed.as_json()) if confirmed else None,
        "chair": _chair(tx, body, rule, opening, day),
        "period": period,
        "closes_at": iso(closes_at) if closes_at else None,
        "electorate": list(voters.counted),
        "seats": digest([member_facts(seat) for seat in seats]),
    }
    kept = {
        **{name: facts[name] for name in _COPIED},
        "id": (key := new_id()),
        "case_id": case.id,
        "round": facts["ballot"],
        "seq": seq,
        "opened_at": tx.now,
        "closes_at": closes_at,
        "rule": rule.as_json(),
        "seats": len(seats),
        "content_digest": opening.content.digest,
        "material_digest": opening.content.material,
    }
    tx.insert_with(audit_entry, ballot, kept)
    _take(tx, key, seats)
    if opening.way is VotingMethod.SILENCE:
        send_notices(tx, services, case, facts)
    return facts


_COPIED = (
    "body",
    "way",
    "secrecy",
    "rule_name",
    "chair",
    "content_form",
    "content_number",
    "files",
    "question",
    "language",
    "meeting",
    "period",
)


def _audit_detail(opening: Opening) -> Facts:
    """What the trail says of how a ballot is held, and on what."""
    return {
        "way": opening.way.value,
        "secrecy": opening.secrecy.value,
        "content": opening.content.digest,
        "content_form": opening.content.form,
        "content_number": opening.content.number,
        "material": opening.content.material,
        "files": [dict(file) for file in opening.content.files],
        "question": dict(opening.question) if opening.question else None,
        "language": opening.language,
        "meeting": opening.meeting,
    }


def count_rounds(tx: Tx, case_id: int) -> int:
    """How many ballots a case has had."""
    return tx.connection.execute(
        select(func.count()).select_from(ballot).where(ballot.c.case_id == case_id)
    ).scalar_one()


def opening_refusals(body: Body, opening: Opening) -> list[Refusal]:
    """What does not go together in an opening."""
    found = []
    if opening.secrecy is not Secrecy.OPEN and opening.way is not VotingMethod.ELECTRONIC:
        found.append(Refusal("sealed_needs_window", {"way": opening.way.value}))
    if (opening.rule_name or RULE_BY_METHOD[opening.way]) not in body.rules:
        found.append(
            Refusal("rule_missing", {"rule": opening.rule_name or RULE_BY_METHOD[opening.way]})
        )
    return found


def _body(services: Services, case: Case, opening: Opening) -> Body:
    named = opening.body or services.process(case).workflow.body
    if named is None:
        raise AssertionError(f"{case.definition} names no body that votes")
    return services.reference.body(named)


def _rule(body: Body, opening: Opening) -> tuple[str, Rule]:
    against = opening_refusals(body, opening)
    if against:
        raise Refused(against)
    name = opening.rule_name or RULE_BY_METHOD[opening.way]
    return name, body.rules[name]


def _ends(
    tx: Tx, services: Services, case: Case, opening: Opening
) -> tuple[datetime | None, int | None]:
    """When its window ends, and how many business days its period has once it begins."""
    term = services.state(case).deadline
    days = opening.business_days or (term.business_days if term else None)
    if opening.way is VotingMethod.ELECTRONIC:
        if days is None:
            raise Refused([Refusal("ballot_without_term")])
        return services.calendar.due(tx.now, days), None
    if opening.way is VotingMethod.SILENCE and days is None:
        raise Refused([Refusal("ballot_without_term")])
    return None, days if opening.way is VotingMethod.SILENCE else None


def _chair(tx: Tx, body: Body, rule: Rule, opening: Opening, day: date) -> str | None:
    """The state whose vote breaks a tie; none in a secret ballot, whose tally would tell it."""
    if rule.tie is not Tie.CHAIR or opening.secrecy is Secrecy.SECRET:
        return None
    return find_state_in_chair(tx.connection, body.id, day)


def _seats(voters: Electorate) -> list[Facts]:
    """The seats as they are kept, by country."""
    return [
        {
            "country": seat.country,
            "counted": seat.counted,
            "reason_code": seat.reason_code,
            "params": dict(seat.params),
            "source": seat.source,
            "note": seat.note.as_dict() if seat.note else None,
            "confirmed": seat.confirmed,
        }
        for seat in sorted(voters.seats, key=lambda seat: seat.country)
    ]


def _take(tx: Tx, key: int, seats: Sequence[Mapping[str, Json]]) -> None:
    for seat in seats:
        tx.insert_with(audit_entry, ballot_seat, {"ballot_id": key, **seat})
