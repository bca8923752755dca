"""A vote of a state: how it is judged, and how it comes into the trail and the table.

A sealed ballot puts a commitment into the trail in place of the position: the digest of the vote
and of a random nonce. It reveals nothing, and nothing else can be put in its place later. In a
secret ballot it does not name the state.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass

from ricomi_workflow.audit.commands import record
from ricomi_workflow.ballots.models import vote
from ricomi_workflow.ballots.rows import Ballot, LastVote, has_file
from ricomi_workflow.ballots.rules import CASTABLE, Position
from ricomi_workflow.ballots.voting_methods import WITHDRAWN, Secrecy
from ricomi_workflow.cases.locked_case import Case, delegation_facts
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.canonical import Json, digest
from ricomi_workflow.kernel.errors import FieldError, Invalid

_LENGTH = 32  # bytes of a nonce


def new_nonce() -> str:
    """A nonce that nobody can guess."""
    return secrets.token_hex(_LENGTH)


def vote_commitment(ballot: str, nonce: str, said: dict[str, Json], country: str | None) -> str:
    """The slip of a position: `ballot` is the reference of its case with the round, `REF/2`.

    `said` holds position, explanation and reservation; `country` is None in a secret ballot.
    """
    named: dict[str, Json] = {} if country is None else {"country": country}
    return digest({"ballot": ballot, "nonce": nonce, **named, **said})


VOTE_CAST, VOTE_RECORDED, VOTE_WITHDRAWN = (
    "ballot.vote_cast",
    "ballot.vote_recorded",
    "ballot.vote_taken_back",
)
_LONGEST = 2000  # characters of an explanation


@dataclass(frozen=True, slots=True)
class Evidence:
    """On what the Secretariat records the answer of a state: a file of the case or a document."""

    signatory: str  # who signed for the state
    digest: str | None = None  # of the file
    name: str = ""  # of the file, or the reference of the document
    note: str = ""


@dataclass(frozen=True, slots=True)
class Vote:
    """What a state answers, by whom."""

    voter: Actor
    office: str
    country: str
    position: Position
    explanation: str | None = None
    reservation: str | None = None
    evidence: Evidence | None = None


def is_same_vote(held: LastVote, answer: Vote, actor: Actor) -> bool:
    """Whether an answer says again what stands, by the same person in the same capacity."""
    return (held.position, held.explanation, held.reservation, held.actor_id, held.on_behalf) == (
        answer.position.value,
        answer.explanation,
        answer.reservation,
        actor.user_id,
        answer.evidence is not None,
    ) and held.office == answer.office


def write_withdrawal(
    tx: Tx, case: Case, ballot: Ballot, held: LastVote, *, actor: Actor, office: str
) -> int:
    """Withdraw the last vote of a state: it has not voted. Answer the number of the entry."""
    seq = record(
        tx,
        case,
        VOTE_WITHDRAWN,
        office=office,
        actor_id=tx.actor.user_id,
        detail={
            "ballot": ballot.round,
            "country": held.country,
            "takes_back": held.seq,
            "content": ballot.content_digest,
            **delegation_facts(actor),
        },
    )
    row = {"country": held.country, "position": WITHDRAWN, "on_behalf": False}
    tx.insert(vote, {**_key(tx, ballot, seq, office), **row})
    return seq


def _key(tx: Tx, ballot: Ballot, seq: int, office: str) -> dict[str, object]:
    """The ballot and entry of a row, by whom, in which office and when it is written."""
    by = {"actor_id": tx.actor.user_id, "office": office, "at": tx.now}
    return {"ballot_id": ballot.id, "seq": seq, **by}


def write_vote(tx: Tx, case: Case, ballot: Ballot, answer: Vote) -> int:
    """Write the vote and its entry in the trail; answer the number they share."""
    told, kept = _audit_detail_and_row(case, ballot, answer)
    proof: dict[str, Json] | None = asdict(answer.evidence) if answer.evidence else None
    on_behalf: dict[str, Json] = {}
    if proof:
        on_behalf = {"evidence": proof, "recorded_by": answer.voter.name}
    seq = record(
        tx,
        case,
        VOTE_RECORDED if proof else VOTE_CAST,
        office=answer.office,
        actor_id=tx.actor.user_id,
        detail={
            "ballot": ballot.round,
            "country": answer.country,
            **told,
            "content": ballot.content_digest,
            **on_behalf,
            **delegation_facts(answer.voter),
        },
    )
    row = {"country": answer.country, **kept, "on_behalf": bool(proof), "evidence": proof}
    tx.insert(vote, {**_key(tx, ballot, seq, answer.office), **row})
    return seq


def _audit_detail_and_row(
    case: Case, ballot: Ballot, answer: Vote
) -> tuple[dict[str, Json], dict[str, object]]:
    """What the trail tells of an answer, and what its row keeps: sealed, the trail has a slip."""
    kept: dict[str, object] = {
        "position": answer.position.value,
        "explanation": answer.explanation,
        "reservation": answer.reservation,
    }
    said: dict[str, Json] = {
        "position": answer.position.value,
        "explanation": answer.explanation or "",
    }
    if answer.reservation:
        said["reservation"] = answer.reservation
    if not ballot.sealed:
        return said, kept
    nonce = new_nonce()
    named = None if ballot.secrecy is Secrecy.SECRET else answer.country
    slip = vote_commitment(f"{case.ref}/{ballot.round}", nonce, said, named)
    return {"slip": slip}, {**kept, "slip": slip, "nonce": nonce}


def parse_vote(
    position: str,
    explanation: str | None,
    reservation: str | None,
    allowed: tuple[Position, ...] = CASTABLE,
) -> tuple[Position, str | None, str | None]:
    """Position, explanation and reservation as they were meant. Raises `Invalid`."""
    given = {"explanation": explanation, "reservation": reservation}
    words = {name: (text or "").strip() or None for name, text in given.items()}
    mistakes = []
    if position not in allowed:
        mistakes.append(FieldError("position", "not_an_option", {"value": position}))
    for name, text in words.items():
        if text and len(text) > _LONGEST:
            figures = {"limit": _LONGEST, "found": len(text)}
            mistakes.append(FieldError(name, "too_long", figures))
    if mistakes:
        raise Invalid(mistakes)
    return Position(position), words["explanation"], words["reservation"]


def require_texts(
    ballot: Ballot, position: Position, explanation: str | None, reservation: str | None
) -> None:
    """A reservation and an objection have their text; a secret ballot has none at all."""
    reserves = position is Position.WITH_RESERVATIONS
    mistakes = []
    if ballot.secrecy is Secrecy.SECRET:
        given = {"explanation": explanation, "reservation": reservation}
        mistakes = [FieldError(name, "secret_has_no_text") for name, text in given.items() if text]
        if reserves:
            mistakes.append(FieldError("position", "not_an_option", {"value": position.value}))
    elif reserves != bool(reservation):
        code = "required" if reserves else "unknown"
        mistakes.append(FieldError("reservation", code, {"name": "reservation"}))
    elif not reserves and ballot.rule.needs_text(position) and not explanation:
        mistakes.append(FieldError("explanation", "required"))
    if mistakes:
        raise Invalid(mistakes)


def require_evidence(tx: Tx, case: Case, evidence: Evidence) -> None:
    """Evidence names who signed, and a file of the case or the reference of a document."""
    mistakes = []
    if not evidence.signatory.strip():
        mistakes.append(FieldError("signatory", "required"))
    if evidence.digest is None and not evidence.name.strip():
        mistakes.append(FieldError("evidence", "required"))
    elif evidence.digest is not None and not has_file(tx.driver, case.id, evidence.digest):
        mistakes.append(FieldError("evidence", "file_missing", {"name": evidence.name}))
    if mistakes:
        raise Invalid(mistakes)
