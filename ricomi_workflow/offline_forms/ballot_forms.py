"""A ballot form as a workbook: made for one state and one ballot, filled in offline, then cast.

It is bound to the very text that is voted on. A form of a ballot that has moved on, or of a state
that has answered since, changes nothing. Only open ballots have such forms: a file in a mail keeps
no secret.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select

from ricomi_workflow.ballots.commands import VoteReceipt, cast_vote, vote_refusals, voter_for
from ricomi_workflow.ballots.queries import last_vote_number
from ricomi_workflow.ballots.rows import Ballot, BallotState, find_ballot_state
from ricomi_workflow.ballots.rules import CASTABLE, Position
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.model import FieldDef, FieldType, FormDef, Option, Section
from ricomi_workflow.kernel.canonical import canonical, digest
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.kernel.errors import FieldError, Invalid, Refusal, Refused
from ricomi_workflow.kernel.text import LANGUAGES, LocalizedText, show
from ricomi_workflow.localization import formats
from ricomi_workflow.offline_forms.layout import Layout
from ricomi_workflow.offline_forms.models import packet_receipt
from ricomi_workflow.offline_forms.signature import Claims, require_signature, sign
from ricomi_workflow.offline_forms.workbook_reader import YES_NO, cell_at, read_answers, read_pages
from ricomi_workflow.offline_forms.workbook_writer import HIDDEN, Book, WorkbookLabels
from ricomi_workflow.reference_data.decision_rules import Recusal, Rule

_BALLOT_GUIDE = ("cells", "choose", "keep", "bring", "late")


def ballot_labels(
    services: Services, case: Case, ballot: Ballot, country: str, made: tuple[str, str, datetime]
) -> WorkbookLabels:
    """The words of the paper of `country`; `made`: in which language, by whom and when."""
    lang, maker, at = made
    zone = services.calendar.zone

    def t(key: str, **params: object) -> str:
        return services.texts.text(key, lang, **params)

    title = show(case.title or {}, lang).text if case.title else ""
    facts = [
        (t("offline_form.case"), f"{case.ref} {title}".strip()),
        (t("ballot.record_state"), formats.country(country, lang)),
        (t("ballot.earlier_round", n=ballot.round), t(f"ballot.secrecy_{ballot.secrecy}")),
        (t("ballot.sealed"), ballot.content_digest),
        (t("case.rule"), ballot.rule.note[lang]),
    ]
    if ballot.question:
        facts.insert(2, (t("ballot.question_itself"), show(ballot.question, lang).text))
    if ballot.closes_at:
        facts.append((t("ballot.closing"), formats.instant_at(ballot.closes_at, lang, zone)))
    facts += [
        (t("offline_form.made"), formats.instant_at(at, lang, zone)),
        (t("offline_form.maker"), maker),
    ]
    yes, no = YES_NO[lang]
    return WorkbookLabels(
        read_me=t("offline_form.read_me"),
        title=t("ballot.paper"),
        facts=tuple(facts),
        guide=tuple(t(f"ballot.paper_guide_{name}") for name in _BALLOT_GUIDE),
        question=t("offline_form.question"),
        answer=t("offline_form.answer"),
        help=t("offline_form.help"),
        yes=yes,
        no=no,
    )


POSITION, RESERVATION, EXPLANATION = "position", "reservation", "explanation"


def ballot_layout(services: Services, rule: Rule | None, lang: str) -> Layout:
    """The sheet of a paper; `rule` None: with every answer that there can be."""
    allowed = [p for p in CASTABLE if rule is None or may_choose(p, rule)]

    def text(key: str) -> LocalizedText:
        return LocalizedText(**{lang: services.texts.text(key, lang) for lang in LANGUAGES})

    asked = (
        FieldDef(
            POSITION,
            FieldType.CHOICE,
            text("ballot.record_position"),
            text("ballot.paper_position_help"),
            options=tuple(Option(p.value, text(f"case.choice_{p}")) for p in allowed),
        ),
        FieldDef(
            RESERVATION,
            FieldType.LONG_TEXT,
            text("ballot.reservation"),
            text("ballot.reservation_help"),
            required=False,
        ),
        FieldDef(
            EXPLANATION,
            FieldType.LONG_TEXT,
            text("ballot.explanation"),
            text("ballot.explanation_help"),
            required=False,
        ),
    )
    section = Section("answer", text("ballot.paper_section"), asked)
    form = FormDef("ballot_paper", 1, text("ballot.paper"), (section,))
    return Layout(form, services.lookups, lang, frozenset(field.name for field in asked))


def may_choose(position: Position, rule: Rule) -> bool:
    """Whether a state may be asked for this answer: it steps aside only where that has a sense."""
    return position is not Position.RECUSED or rule.recusal is Recusal.LEAVES


PURPOSE = b"ballot paper, version 1"
FORM = "ballot_paper/v1"


@dataclass(frozen=True, slots=True)
class BallotClaims:
    """What a ballot paper says of itself: `seen` is the last answer of the state when it was made.

    `content` is the digest of what is voted on.
    """

    packet: str
    ref: str
    round: int
    content: str
    country: str
    seen: int
    lang: str
    by: int | None
    at: str


@dataclass(frozen=True, slots=True)
class FilledBallot:
    """A paper that came back, with what was written on it."""

    paper: BallotClaims
    position: str
    explanation: str
    reservation: str

    @property
    def answers(self) -> dict[str, str]:
        """What was written, by field."""
        return {
            POSITION: self.position,
            EXPLANATION: self.explanation,
            RESERVATION: self.reservation,
        }


@dataclass(frozen=True, slots=True)
class CastResult:
    """What became of a paper: a vote; or nothing, as the same was handed in before."""

    paper: BallotClaims
    accounts: VoteReceipt | None = None
    before: datetime | None = None


def make_ballot_form(tx: Tx, services: Services, case: Case, country: str, lang: str) -> bytes:
    """The paper of `country` in the open ballot of a case, empty; raises `Refused`."""
    standing = find_ballot_state(tx.driver, case.id)
    against = vote_refusals(standing, voter_for(tx.actor, case, country), country, tx.now)
    if standing is None or against:
        raise Refused(against)
    _require_open_ballot(standing)
    paper = BallotClaims(
        packet=secrets.token_hex(16),
        ref=case.ref,
        round=standing.ballot.round,
        content=standing.ballot.content_digest,
        country=country,
        seen=_seen(tx, standing, country),
        lang=lang,
        by=tx.actor.user_id,
        at=iso(tx.now),
    )
    text = canonical(asdict(paper)).decode()
    layout = ballot_layout(services, standing.ballot.rule, lang)
    words = ballot_labels(services, case, standing.ballot, country, (lang, tx.actor.name, tx.now))
    book = Book(layout, words, {})
    return book.written(text, sign(text, services.secret_key, PURPOSE), tx.now)


def read_ballot_form(services: Services, data: bytes) -> FilledBallot:
    """What a paper says that came back; raises `Refused` for what is no paper of ours, `Invalid`.

    The rule of a ballot may narrow what can be answered; that is asked when it is handed in.
    """
    pages = read_pages(data)
    hidden = pages.pop(HIDDEN, [])
    sealed = require_signature(
        cell_at(hidden, 0, 0), cell_at(hidden, 1, 0), services.secret_key, PURPOSE
    )
    paper = BallotClaims(**json.loads(sealed))
    layout = ballot_layout(services, None, paper.lang)
    claims = Claims(
        paper.packet, paper.ref, FORM, paper.content, 0, paper.lang, {}, True, paper.by, paper.at
    )
    found = read_answers(claims, pages, layout)
    if found.wrong:
        raise Invalid([FieldError(name, code) for name, code in found.wrong.items()])
    answers = {name: str(value or "") for name, value in found.answers.items()}
    return FilledBallot(
        paper, answers.get(POSITION, ""), answers.get(EXPLANATION, ""), answers.get(RESERVATION, "")
    )


def require_current(tx: Tx, case: Case, filled: FilledBallot) -> None:
    """Refuse a paper of another case or ballot, or of a state that has answered since."""
    found = list(_against(tx, case, filled.paper))
    if found:
        raise Refused(found)


def cast_from_form(tx: Tx, services: Services, case: Case, filled: FilledBallot) -> CastResult:
    """Cast what a paper says, by the rights that who hands it in holds now.

    The same paper with the same answers has its effect once. Raises `Refused`, `Invalid`.
    Transaction: the caller has locked the case.
    """
    content = digest(dict(filled.answers))
    before = find_earlier_cast(tx, filled)
    if before is not None:
        return CastResult(filled.paper, before=before)
    require_current(tx, case, filled)
    cast = cast_vote(
        tx,
        services,
        case,
        filled.paper.country,
        filled.position,
        explanation=filled.explanation or None,
        reservation=filled.reservation or None,
    )
    tx.insert(
        packet_receipt,
        {
            "packet": filled.paper.packet,
            "content": content,
            "case_id": case.id,
            "form": FORM,
            "fields": sorted(name for name, text in filled.answers.items() if text),
            "by": tx.actor.user_id,
            "at": tx.now,
        },
    )
    return CastResult(filled.paper, cast)


def find_earlier_cast(tx: Tx, filled: FilledBallot) -> datetime | None:
    """When the same paper with the same answers was handed in; None when it was not."""
    return tx.connection.execute(
        select(packet_receipt.c.at).where(
            packet_receipt.c.packet == filled.paper.packet,
            packet_receipt.c.content == digest(dict(filled.answers)),
        )
    ).scalar()


def _against(tx: Tx, case: Case, paper: BallotClaims) -> Iterator[Refusal]:
    if paper.ref != case.ref:
        yield Refusal("packet_other_case", {"ref": paper.ref})
        return
    standing = find_ballot_state(tx.driver, case.id)
    if standing is None or not _is_same(standing, paper):
        yield Refusal("paper_moved_on", {"number": paper.round})
    elif _seen(tx, standing, paper.country) != paper.seen:
        yield Refusal("paper_overtaken", {"country": paper.country})


def _is_same(standing: BallotState, paper: BallotClaims) -> bool:
    ballot = standing.ballot
    bound: Mapping[str, object] = {"round": ballot.round, "content": ballot.content_digest}
    return standing.is_open and bound == {"round": paper.round, "content": paper.content}


def _require_open_ballot(standing: BallotState) -> None:
    if standing.ballot.sealed:
        raise Refused([Refusal("paper_sealed")])


def _seen(tx: Tx, standing: BallotState, country: str) -> int:
    return last_vote_number(tx.driver, standing.ballot.id, country)
