"""Write verbs: take a file of the bank in, import its statements, confirm and undo matches.

None of them posts: what the books lack is entered into the books by the verbs of the books.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from ricomi_workflow.bank.matching import BankLine, CashPosting, Explanation, MatchGround, Proposal
from ricomi_workflow.bank.models import (
    bank_file,
    bank_line,
    bank_match,
    bank_match_undone,
    bank_statement,
    bank_statement_withdrawn,
)
from ricomi_workflow.bank.queries import get_file, get_match, get_statement, is_undone
from ricomi_workflow.bank.rows import list_lines_by_key, list_postings_by_key
from ricomi_workflow.bank.statement import BankStatement
from ricomi_workflow.bank.statement_import import (
    FILE_NAME,
    StatementCheck,
    check_statements,
    read_file,
)
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.calendar import BusinessCalendar
from ricomi_workflow.kernel.errors import (
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    Refused,
)
from ricomi_workflow.kernel.money import Money, total
from ricomi_workflow.kernel.refs import new_id
from ricomi_workflow.ledger.bank_accounts import bank_account

RECONCILERS = (Role.FUND_ADMINISTRATOR, Role.CERTIFYING_OFFICER)
NOTE_LENGTH = 500
_OFFICE = BusinessCalendar()


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did: statements that are new, and those that were known."""

    account: str
    new: tuple[int, ...]
    known: tuple[int, ...]


def receive_file(
    tx: Tx,
    account: str,
    name: str,
    data: bytes,
    *,
    opening: Money | None = None,
    closing: Money | None = None,
) -> int:
    """Keep a file of the bank that can be read for `account`; answer its key.

    The same file is kept once. `opening` and `closing` are for tables without balances. Raises
    `Forbidden`; `NotFound` for no such account; `Invalid` with everything that is wrong with it.
    """
    _require_reconciler(tx)
    currency = bank_account(account).currency
    if any(each is not None and each.currency != currency for each in (opening, closing)):
        raise Invalid([FieldError("opening", "not_an_option", {"value": currency})])
    read = read_file(account, data, opening, closing)
    given = (opening, closing) if read.typed else (None, None)
    typed = [None if each is None else each.minor for each in given]
    sha256 = hashlib.sha256(data).hexdigest()
    row: dict[str, object] = {"sha256": sha256, "account": account}
    row |= {"opening_minor": typed[0], "closing_minor": typed[1]}
    known = _find_file(tx, row)
    if known is not None:
        return known
    key = new_id()
    tx.insert(
        bank_file,
        row
        | {
            "id": key,
            "name": name.strip()[-FILE_NAME:] or "-",
            "notation": read.notation,
            "size": len(data),
            "content": base64.b64encode(zlib.compress(data, 9)).decode("ascii"),
            "by": tx.actor.user_id,
            "at": tx.now,
        },
    )
    tx.flush()  # so that it can be imported in the same act
    return key


def import_file(tx: Tx, key: int) -> ImportResult:
    """Write the statements of a file that was received; those known already are left as they are.

    Raises `Forbidden`, `NotFound`; `Refused` when a statement shares days with another one, says
    something else than the known one of its name, or speaks of days to come; `Conflict` when
    somebody else imports it at the same moment.
    """
    _require_reconciler(tx)
    file = get_file(tx.connection, key)
    found = check_statements(tx.connection, file)
    refusals = [each.refusal for each in found if each.refusal]
    today = _OFFICE.local_day(tx.now)
    refusals += [_ahead(each, today) for each in found if each.statement.last_day > today]
    if refusals:
        raise Refused(refusals)
    new = [_write(tx, file.account, key, x.statement) for x in found if x.known is None]
    known = [each.known for each in found if each.known is not None]
    return ImportResult(file.account, tuple(new), tuple(known))


def withdraw_statement(tx: Tx, key: int, reason: str) -> None:
    """Set a statement aside that was imported by mistake; it stays on record with the reason.

    Raises `Forbidden`, `NotFound`, `Invalid`; `Refused` while one of its lines is matched.
    """
    _require_reconciler(tx)
    found = get_statement(tx.connection, key)
    if found.withdrawn:
        raise Refused([Refusal("bank_set_aside", {"statement": found.span.name})])
    if found.matched:
        facts = {"statement": found.span.name, "n": found.matched}
        raise Refused([Refusal("bank_statement_matched", facts)])
    row = {"statement_id": key, "reason": _text("reason", reason)}
    tx.insert(bank_statement_withdrawn, row | {"by": tx.actor.user_id, "at": tx.now})


def confirm_match(
    tx: Tx,
    account: str,
    lines: Sequence[int],
    postings: Sequence[tuple[int, int]],
    *,
    grounds: Sequence[MatchGround] = (MatchGround.PERSON,),
    explanation: Explanation | None = None,
    note: str = "",
) -> int:
    """Say that lines of the bank and postings of the books are the same fact; answer the match.

    A difference needs an explanation from the list and a note; lines without any posting are a
    difference as a whole. Raises `Forbidden`, `NotFound`, `Invalid`; `Refused` when one of them
    stands in a match, when nothing is left to say, or when the person entered a posting.
    """
    _require_reconciler(tx)
    found_lines, found_facts = _named(tx, account, lines, postings)
    currency = bank_account(account).currency
    difference = total((line.amount for line in found_lines), currency) - total(
        (fact.amount for fact in found_facts), currency
    )
    explained = _explained(difference, explanation, note, whole=bool(found_lines))
    key = new_id()
    row = {"id": key, "account": account, "lines": [line.id for line in found_lines]}
    tx.insert(
        bank_match,
        row
        | {
            "postings": [list(fact.key) for fact in found_facts],
            "grounds": [str(ground) for ground in grounds],
            "difference": difference.minor,
            "explanation": explained[0],
            "note": explained[1],
            "by": tx.actor.user_id,
            "at": tx.now,
        },
    )
    return key


def confirm_proposal(tx: Tx, account: str, proposal: Proposal) -> int:
    """Confirm a proposal as it was made. Raises as `confirm_match`."""
    return confirm_match(
        tx,
        account,
        [line.id for line in proposal.lines],
        [fact.key for fact in proposal.facts],
        grounds=proposal.grounds,
    )


def undo_match(tx: Tx, key: int, reason: str) -> None:
    """Undo a match, saying why; its lines and postings are open again.

    Raises `Forbidden`, `NotFound`, `Invalid`; `Refused` when it was undone already.
    """
    _require_reconciler(tx)
    found = get_match(tx.connection, key)
    if is_undone(tx.connection, found.id):
        raise Refused([Refusal("bank_match_undone")])
    row = {"match_id": key, "reason": _text("reason", reason)}
    tx.insert(bank_match_undone, row | {"by": tx.actor.user_id, "at": tx.now})


def _named(
    tx: Tx, account: str, lines: Sequence[int], postings: Sequence[tuple[int, int]]
) -> tuple[list[BankLine], list[CashPosting]]:
    """The rows that a match names, none of them the actor's own entry."""
    found_lines = list_lines_by_key(tx.connection, account, list(lines)) if lines else []
    found_facts = list_postings_by_key(tx.connection, account, list(postings)) if postings else []
    missing = len(set(lines)) - len(found_lines) + len(set(postings)) - len(found_facts)
    if missing:
        raise NotFound("bank_row", account)
    if not found_lines and len(found_facts) < 2:
        raise Invalid([FieldError("postings", "required")])
    own = [fact for fact in found_facts if fact.actor_id in tx.actor.people]
    if own:
        raise Refused([Refusal("bank_own_posting", {"n": len(own)})])
    return found_lines, found_facts


def _find_file(tx: Tx, same: Mapping[str, object]) -> int | None:
    """The file that was received with all of these already."""
    where = [bank_file.c[name].is_not_distinct_from(value) for name, value in same.items()]
    return tx.connection.execute(select(bank_file.c.id).where(*where)).scalar()


def _write(tx: Tx, account: str, file: int, statement: BankStatement) -> int:
    key = new_id()
    named = bank_statement.c.account == account, bank_statement.c.name == statement.name
    earlier = tx.connection.execute(
        select(func.count()).select_from(bank_statement).where(*named)
    ).scalar_one()
    row = {"id": key, "file_id": file, "account": account, "name": statement.name}
    tx.insert(
        bank_statement,
        row
        | {
            "nth": earlier + 1,
            "sequence": statement.sequence,
            "first_day": statement.first_day,
            "last_day": statement.last_day,
            "currency": statement.currency,
            "opening_minor": statement.opening.minor,
            "closing_minor": statement.closing.minor,
            "lines": len(statement.lines),
            "seal": statement.seal,
            "by": tx.actor.user_id,
            "at": tx.now,
        },
    )
    tx.flush()  # the database holds each line against its statement
    held = statement.opening
    for position, line in enumerate(statement.lines, start=1):
        held += line.amount
        row = {"id": new_id(), "statement_id": key, "position": position}
        tx.insert(bank_line, row | _columns(statement, position - 1) | {"balance": held.minor})
    tx.flush()  # so that a second statement of the file finds the first one's lines
    return key


def _columns(statement: BankStatement, n: int) -> dict[str, object]:
    line = statement.lines[n]
    parts = [
        {
            "amount": str(part.amount),
            "references": list(part.references),
            "counterparty": part.counterparty,
            "text": part.text,
        }
        for part in line.parts
    ]
    return {
        "booked_on": line.booked_on,
        "valued_on": line.valued_on,
        "amount": line.amount.minor,
        "said": {
            "references": list(line.references),
            "counterparty": line.counterparty,
            "text": line.text,
            "code": line.code,
            "parts": parts,
        },
    }


def _explained(
    difference: Money, explanation: Explanation | None, note: str, *, whole: bool
) -> tuple[str | None, str | None]:
    """The explanation and its note as they are stored; none where nothing differs."""
    if not difference:
        return None, None
    if not whole:
        raise Refused([Refusal("bank_no_line", {"amount": -difference})])
    mistakes = []
    if explanation is None:
        mistakes.append(FieldError("explanation", "bank_explain", {"off": difference}))
    if not note.strip():
        mistakes.append(FieldError("note", "bank_note"))
    if mistakes:
        raise Invalid(mistakes)
    return str(explanation), _text("note", note)


def _text(name: str, text: str) -> str:
    plain = " ".join(text.split())
    if not plain:
        raise Invalid([FieldError(name, "required")])
    if len(plain) > NOTE_LENGTH:
        raise Invalid([FieldError(name, "too_long", {"limit": NOTE_LENGTH, "found": len(plain)})])
    return plain


def _ahead(found: StatementCheck, today: date) -> Refusal:
    statement = found.statement
    facts = {"statement": statement.name, "day": statement.last_day, "today": today}
    return Refusal("bank_statement_ahead", facts)


def _require_reconciler(tx: Tx) -> None:
    if not (tx.actor.is_system or tx.actor.has(*RECONCILERS)):
        raise Forbidden("bank")
