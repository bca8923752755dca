"""Reads ISO 20022 bank-to-customer statements: camt.053.001.02 to .001.14, booked entries only.

The tree is never built as a whole: each entry is read when it ends and let go. Documents that
declare a type or entities, that ask for anything outside, or that nest deeper than a statement
can, are refused by the reader, not by the one who wrote them.
Source: ISO 20022, message definition report "Bank-to-Customer Cash Management", camt.053.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from ricomi_workflow.bank.statement import (
    MOST_LINES,
    BankStatement,
    LinePart,
    StatementLine,
    UnreadableFile,
    one_line,
    parse_amount,
)
from ricomi_workflow.kernel.money import Money

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_SPACE = re.compile(r"\{urn:iso:std:iso:20022:tech:xsd:(camt\.053\.001\.(\d\d))\}Document")
_VERSIONS = range(2, 15)
_DEEPEST = 40
_NOT_A_REFERENCE = frozenset({"NOTPROVIDED", "NOREF", "NONREF"})
_OPENING, _BEFORE, _CLOSING = "OPBD", "PRCD", "CLBD"
_REFERENCES = ("AcctSvcrRef", "EndToEndId", "TxId", "InstrId", "PmtInfId", "MsgId", "ChqNb")


def camt_version(data: bytes) -> str:
    """The name of the message, `camt.053.001.08`, or empty when this is no such document.

    Raises `Unreadable` for one that declares what a statement never needs.
    """
    try:
        for _, element in iterparse(BytesIO(data), ["start"], forbid_dtd=True):
            match = _SPACE.fullmatch(element.tag)
            return match[1] if match and int(match[2]) in _VERSIONS else ""
    except DefusedXmlException:
        raise UnreadableFile("bank_unsafe") from None
    except ParseError:
        return ""
    return ""


def read_camt(data: bytes) -> list[BankStatement]:
    """The statements of a document, unjudged. Raises `Unreadable`."""
    if not camt_version(data):
        raise UnreadableFile("bank_not_camt")
    try:
        return list(_statements(data))
    except DefusedXmlException:
        raise UnreadableFile("bank_unsafe") from None
    except ParseError as error:
        raise UnreadableFile("bank_broken", line=error.position[0]) from None


@dataclass(slots=True)
class _Open:
    """A statement whose entries are being read."""

    lines: list[StatementLine] = field(default_factory=list)


def _statements(data: bytes) -> Iterator[BankStatement]:
    depth, reading = 0, _Open()
    for event, element in iterparse(BytesIO(data), ["start", "end"], forbid_dtd=True):
        depth += 1 if event == "start" else -1
        if depth > _DEEPEST:
            raise UnreadableFile("bank_unsafe")
        name = _name(element)
        if event == "start" and name == "Stmt":
            reading = _Open()
        elif event == "end" and name == "Ntry":
            line = _line(element, len(reading.lines) + 1)
            if line:
                reading.lines.append(line)
            if len(reading.lines) > MOST_LINES:
                raise UnreadableFile("bank_too_many", statement="", limit=MOST_LINES)
            element.clear()
        elif event == "end" and name == "Stmt":
            yield _statement(element, reading.lines)
            element.clear()


def _statement(at: Element, lines: list[StatementLine]) -> BankStatement:
    name = _text(at, "Id")
    if not name:
        raise UnreadableFile("bank_missing", what="Stmt/Id", where="")
    if _text(at, "StmtPgntn/LastPgInd") == "false" or _text(at, "StmtPgntn/PgNb") not in {"", "1"}:
        raise UnreadableFile("bank_page", statement=name)
    opening, since = _opening(at, name)
    closing, until = _balance(at, name, _CLOSING)
    booked = [line.booked_on for line in lines]
    first = min([_period(at) or since, *booked])
    sequence = _text(at, "LglSeqNb") or _text(at, "ElctrncSeqNb")
    if {line.amount.currency for line in lines} | {closing.currency} != {opening.currency}:
        raise UnreadableFile("bank_currencies", statement=name)
    return BankStatement(
        number=_text(at, "Acct/Id/IBAN") or _text(at, "Acct/Id/Othr/Id"),
        name=name,
        sequence=int(sequence) if sequence.isdecimal() and len(sequence) < 10 else None,
        first_day=first,
        last_day=max([until, *booked]),
        opening=opening,
        closing=closing,
        lines=tuple(lines),
    )


def _opening(at: Element, name: str) -> tuple[Money, date]:
    """What the account held before the first line, and the first day that it speaks of."""
    if any(_text(each, "Tp/CdOrPrtry/Cd") == _OPENING for each in _each(at, "Bal")):
        return _balance(at, name, _OPENING)
    held, day = _balance(at, name, _BEFORE)
    if day == date.max:
        raise UnreadableFile("bank_missing", what=f"Bal/{_BEFORE}/Dt", where=name)
    return held, day + timedelta(days=1)


def _balance(at: Element, name: str, kind: str) -> tuple[Money, date]:
    for each in _each(at, "Bal"):
        if _text(each, "Tp/CdOrPrtry/Cd") == kind:
            where = f"{name}, {kind}"
            return _amount(each, where), _day(each, "Dt", where)
    raise UnreadableFile("bank_missing", what=f"Bal/{kind}", where=name)


def _line(at: Element, number: int) -> StatementLine | None:
    """An entry as a line; None for one that is announced or pending and not booked."""
    where = f"Ntry {number}"
    if (_text(at, "Sts/Cd") or _text(at, "Sts")) != "BOOK":
        return None
    amount = _amount(at, where)
    if not amount:
        return None  # a notice of the bank: nothing moved
    details = list(_below(at, "NtryDtls", "TxDtls"))
    parts = tuple(_part(each, amount) for each in details)
    own = [_text(at, "AcctSvcrRef") or _text(at, "NtryRef")]
    single = parts[0] if len(parts) == 1 else None
    batch = [_text(each, name) for each in _each_of(at, "NtryDtls") for name in _BATCH]
    return StatementLine(
        booked_on=_day(at, "BookgDt", where),
        valued_on=_day(at, "ValDt", where) if _find(at, "ValDt") is not None else None,
        amount=amount,
        references=_references([*own, *batch, *(single.references if single else ())]),
        counterparty=single.counterparty if single else "",
        text=one_line([*(part.text for part in parts[:1] if single), _text(at, "AddtlNtryInf")]),
        code=_code(at),
        parts=parts if len(parts) > 1 else (),
    )


_BATCH = ("Btch/MsgId", "Btch/PmtInfId")


def _part(at: Element, whole: Money) -> LinePart:
    """One payment below an entry; it moves in the direction of the whole unless it says so."""
    incoming = (_text(at, "CdtDbtInd") or ("CRDT" if whole.minor >= 0 else "DBIT")) == "CRDT"
    found = _find(at, "Amt")
    if found is None:
        found = _find(at, "AmtDtls/TxAmt/Amt")
    amount = whole
    if found is not None and found.get("Ccy", "") == whole.currency:
        given = parse_amount(found.text or "", whole.currency, "TxDtls")
        amount = given if incoming else -given
    return LinePart(
        amount,
        _references(_text(at, f"Refs/{name}") for name in _REFERENCES),
        _counterparty(at, incoming=incoming),
        one_line([*_remittance(at), _text(at, "AddtlTxInf")]),
    )


def _counterparty(at: Element, *, incoming: bool) -> str:
    """Who is on the other side: of money that came in, who sent it."""
    for role in ("Dbtr", "UltmtDbtr") if incoming else ("Cdtr", "UltmtCdtr"):
        for path in (f"RltdPties/{role}/Pty/Nm", f"RltdPties/{role}/Nm"):
            if found := _text(at, path):
                return one_line([found], 140)
    return ""


def _remittance(at: Element) -> Iterator[str]:
    for info in _each_of(at, "RmtInf"):
        for each in _each(info, "Ustrd"):
            yield each.text or ""
        for each in _each(info, "Strd"):
            yield _text(each, "CdtrRefInf/Ref")
            yield _text(each, "AddtlRmtInf")


def _code(at: Element) -> str:
    domain = _text(at, "BkTxCd/Domn/Cd")
    family, kind = _text(at, "BkTxCd/Domn/Fmly/Cd"), _text(at, "BkTxCd/Domn/Fmly/SubFmlyCd")
    return "-".join(x for x in (domain, family, kind) if x) or _text(at, "BkTxCd/Prtry/Cd")[:35]


def _references(found: Iterator[str] | list[str]) -> tuple[str, ...]:
    kept = dict.fromkeys(one_line([text], 140) for text in found)
    return tuple(text for text in kept if text and text.upper() not in _NOT_A_REFERENCE)


def _amount(at: Element, where: str) -> Money:
    """An amount with the sign of its indicator: a credit is money that came in."""
    found, side = _find(at, "Amt"), _text(at, "CdtDbtInd")
    if found is None or side not in {"CRDT", "DBIT"}:
        raise UnreadableFile("bank_missing", what="Amt, CdtDbtInd", where=where)
    amount = parse_amount(found.text or "", found.get("Ccy", ""), where)
    return amount if side == "CRDT" else -amount


def _day(at: Element, path: str, where: str) -> date:
    text = _text(at, f"{path}/Dt") or _text(at, f"{path}/DtTm")
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise UnreadableFile("bank_missing", what=f"{path}/Dt", where=where) from None


def _period(at: Element) -> date | None:
    """The first day of a statement that says its days; where it ends, its last balance says."""
    text = _text(at, "FrToDt/FrDtTm")
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        raise UnreadableFile("bank_missing", what="FrToDt/FrDtTm", where="") from None


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _each(at: Element, name: str) -> Iterator[Element]:
    return (child for child in at if _name(child) == name)


def _each_of(at: Element, name: str) -> list[Element]:
    return list(_each(at, name))


def _below(at: Element, *path: str) -> Iterator[Element]:
    if not path:
        yield at
        return
    for child in _each(at, path[0]):
        yield from _below(child, *path[1:])


def _find(at: Element, path: str) -> Element | None:
    return next(_below(at, *path.split("/")), None)


def _text(at: Element, path: str) -> str:
    found = _find(at, path)
    return " ".join((found.text or "").split()) if found is not None else ""
