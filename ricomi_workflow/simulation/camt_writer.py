"""A statement as a bank would send it, in ISO 20022 camt.053: for simulations and tests."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree as ET

from ricomi_workflow.bank.statement import BankStatement, LinePart, StatementLine
from ricomi_workflow.kernel.money import Money

VERSIONS = ("02", "08")


def camt053(
    statements: list[BankStatement], version: str = "08", message: str = "RICOMI-1"
) -> bytes:
    """A document with these statements, all of whose lines are booked."""
    space = f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"
    root = ET.Element("Document", {"xmlns": space})
    body = _add(root, "BkToCstmrStmt")
    created = f"{max(each.last_day for each in statements).isoformat()}T23:30:00"
    header = _add(body, "GrpHdr")
    _add(header, "MsgId", message)
    _add(header, "CreDtTm", created)
    for statement in statements:
        _statement(_add(body, "Stmt"), statement, version, created)
    ET.indent(root)
    made: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def _statement(at: ET.Element, said: BankStatement, version: str, created: str) -> None:
    _add(at, "Id", said.name)
    if said.sequence is not None:
        _add(at, "ElctrncSeqNb", str(said.sequence))
    _add(at, "CreDtTm", created)
    days = _add(at, "FrToDt")
    _add(days, "FrDtTm", f"{said.first_day.isoformat()}T00:00:00")
    _add(days, "ToDtTm", f"{said.last_day.isoformat()}T23:59:59")
    account = _add(at, "Acct")
    _add(_add(_add(account, "Id"), "Othr"), "Id", said.number)
    _add(account, "Ccy", said.currency)
    _balance(at, "OPBD", said.opening, said.first_day)
    _balance(at, "CLBD", said.closing, said.last_day)
    for line in said.lines:
        _entry(_add(at, "Ntry"), line, version)


def _balance(at: ET.Element, kind: str, amount: Money, day: date) -> None:
    balance = _add(at, "Bal")
    _add(_add(_add(balance, "Tp"), "CdOrPrtry"), "Cd", kind)
    _amount(balance, amount)
    _add(balance, "CdtDbtInd", _side(amount))
    _add(_add(balance, "Dt"), "Dt", day.isoformat())


def _entry(at: ET.Element, line: StatementLine, version: str) -> None:
    _amount(at, line.amount)
    _add(at, "CdtDbtInd", _side(line.amount))
    status = _add(at, "Sts", "" if version != "02" else "BOOK")
    if version != "02":
        _add(status, "Cd", "BOOK")
    _add(_add(at, "BookgDt"), "Dt", line.booked_on.isoformat())
    if line.valued_on:
        _add(_add(at, "ValDt"), "Dt", line.valued_on.isoformat())
    if line.references:
        _add(at, "AcctSvcrRef", line.references[0][:35])
    domain, _, rest = (line.code or "PMNT-OTHR-OTHR").partition("-")
    family, _, kind = rest.partition("-")
    code = _add(_add(at, "BkTxCd"), "Domn")
    _add(code, "Cd", domain)
    below = _add(code, "Fmly")
    _add(below, "Cd", family or "OTHR")
    _add(below, "SubFmlyCd", kind or "OTHR")
    details = _add(at, "NtryDtls")
    single = LinePart(line.amount, line.references[1:], line.counterparty, line.text)
    for part in line.parts or (single,):
        _part(_add(details, "TxDtls"), part, version)
    if line.parts and line.text:
        _add(at, "AddtlNtryInf", line.text)


def _part(at: ET.Element, part: LinePart, version: str) -> None:
    if part.references:
        _add(_add(at, "Refs"), "EndToEndId", part.references[0][:35])
    if version == "02":
        _amount(_add(_add(at, "AmtDtls"), "TxAmt"), part.amount)
    else:
        _amount(at, part.amount)
        _add(at, "CdtDbtInd", _side(part.amount))
    if part.counterparty:
        role = "Dbtr" if part.amount.minor >= 0 else "Cdtr"
        party = _add(_add(at, "RltdPties"), role)
        _add(party if version == "02" else _add(party, "Pty"), "Nm", part.counterparty)
    if part.text:
        info = _add(at, "RmtInf")
        for start in range(0, len(part.text), 140):
            _add(info, "Ustrd", part.text[start : start + 140])


def _amount(at: ET.Element, amount: Money) -> None:
    plain = f"{abs(amount.minor) // 100}.{abs(amount.minor) % 100:02d}"
    _add(at, "Amt", plain).set("Ccy", amount.currency)


def _side(amount: Money) -> str:
    return "CRDT" if amount.minor >= 0 else "DBIT"


def _add(at: ET.Element, name: str, text: str = "") -> ET.Element:
    made = ET.SubElement(at, name)
    made.text = text or None
    return made
