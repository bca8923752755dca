"""ISO 20022 camt.053: what is read, what is refused, what the published schema says."""

import re
from datetime import date, timedelta
from importlib.metadata import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ricomi_workflow.bank import camt
from ricomi_workflow.bank.statement import (
    BankStatement,
    LinePart,
    StatementLine,
    UnreadableFile,
    require_valid,
)
from ricomi_workflow.kernel.errors import Invalid
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.simulation.camt_writer import VERSIONS, camt053

SAMPLES = Path(__file__).parent / "samples"
SCHEMAS = "camt053"  # a library that carries the schemas of ISO 20022; nothing of it is run
WORDS = st.text("abcdefghij 0123456789áñçè-", min_size=1, max_size=30).map(
    lambda text: " ".join(text.split()) or "x"
)
CENTS = st.integers(-(10**11), 10**11).filter(bool)


def schema(version: str) -> etree.XMLSchema:
    """The schema that ISO publishes for this version."""
    name = f"camt053/xsd/camt.053.001.{version}.xsd"
    (found,) = (file for file in files(SCHEMAS) or () if str(file) == name)
    return etree.XMLSchema(etree.parse(str(found.locate())))


@st.composite
def lines(draw: st.DrawFn) -> StatementLine:
    minor = draw(CENTS)
    texts = draw(WORDS), draw(WORDS)
    day = date(2026, 9, 1) + timedelta(draw(st.integers(0, 29)))
    own = draw(st.from_regex(r"[A-Z0-9]{1,12}", fullmatch=True))
    parts: tuple[LinePart, ...] = ()
    if draw(st.booleans()) and abs(minor) > 2:
        half = Money(minor // 2), Money(minor - minor // 2)
        parts = tuple(
            LinePart(x, (f"P{n}{minor}",), texts[0], texts[1]) for n, x in enumerate(half)
        )
    return StatementLine(
        booked_on=day,
        valued_on=draw(st.sampled_from([None, day])),
        amount=Money(minor),
        references=(own,) if parts else (own, f"E{abs(minor)}"),
        counterparty="" if parts else texts[0],
        text=texts[1],
        code="PMNT-RCDT-ESCT",
        parts=parts,
    )


@st.composite
def statements(draw: st.DrawFn) -> BankStatement:
    made = tuple(draw(st.lists(lines(), max_size=8)))
    opening = draw(st.integers(-(10**11), 10**11))
    closing = opening + sum(line.amount.minor for line in made)
    return BankStatement(
        number="RICOMI-USD-0001",
        name=draw(st.from_regex(r"[A-Z0-9-]{1,20}", fullmatch=True)),
        sequence=draw(st.sampled_from([None, 1, 254])),
        first_day=date(2026, 9, 1),
        last_day=date(2026, 9, 30),
        opening=Money(opening),
        closing=Money(closing),
        lines=made,
    )


@given(statements(), st.sampled_from(VERSIONS))
def test_what_a_bank_writes_is_what_is_read(made: BankStatement, version: str) -> None:
    assert camt.read_camt(camt053([made], version)) == [made]
    require_valid([made])


@pytest.mark.parametrize("version", VERSIONS)
def test_samples_and_what_we_write_fit_the_published_schema(version: str) -> None:
    official = schema(version)
    ours = BankStatement(
        *("RICOMI-USD-0001", "S1", 1, date(2026, 9, 1), date(2026, 9, 2)),
        *(
            Money(0),
            Money(500),
            (StatementLine(date(2026, 9, 2), None, Money(500), ("B1", "E1"), "Ana"),),
        ),
    )
    documents = [SAMPLES / f"camt.053.001.{version}.xml"]
    for data in (*(file.read_bytes() for file in documents), camt053([ours], version)):
        official.assertValid(etree.fromstring(data))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_sample_is_read_whole(version: str) -> None:
    found = camt.read_camt((SAMPLES / f"camt.053.001.{version}.xml").read_bytes())
    require_valid(found)
    (one,) = found
    assert (one.number, one.name, one.sequence) == ("RICOMI-USD-0001", "USD-2026-09", 9)
    assert (one.first_day, one.last_day) == (date(2026, 9, 1), date(2026, 9, 30))
    assert (one.opening, one.closing) == (Money(50_000_00), Money(66_984_50))
    gift, batch, fee = one.lines  # what is pending is no line
    assert gift.amount == Money(20_000_00)
    assert gift.references == ("BK0901-77", "SWIFT-CA-0001")
    assert gift.counterparty == "Receiver General for Canada"
    assert gift.text == "FUND-2026-0001 voluntary / contribution"
    assert [part.amount for part in batch.parts] == [Money(-2_000_00), Money(-1_000_00)]
    assert batch.parts[1].references == ("RICOMI-PAY-2",)
    assert fee.amount == Money(-15_50)
    assert fee.code == "ACMT-MDOP-CHRG"


def sample(*changes: tuple[str, str]) -> bytes:
    text = (SAMPLES / "camt.053.001.08.xml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("<Document", '<!DOCTYPE Document [<!ENTITY a "b">]><Document'), "bank_unsafe"),
        (("<Document", "<!DOCTYPE Document><Document"), "bank_unsafe"),
        (("camt.053.001.08", "camt.054.001.08"), "bank_not_camt"),
        (("</Document>", ""), "bank_broken"),
        (("20000.00", "20000.005"), "bank_amount"),
        (("20000.00", "NaN"), "bank_amount"),
        (("20000.00", "2e4"), "bank_amount"),
        (("20000.00", "1e999999999"), "bank_amount"),
        (("20000.00", "1E-99999999"), "bank_amount"),
        (("20000.00", "20_000.00"), "bank_amount"),
        (("20000.00", "٢٠٠٠٠.00"), "bank_amount"),
        (("<LastPgInd>true", "<LastPgInd>false"), "bank_page"),
        (("<Cd>OPBD</Cd>", "<Cd>ITBD</Cd>"), "bank_missing"),
        (('<Amt Ccy="USD">15.50', '<Amt Ccy="EUR">15.50'), "bank_currencies"),
        (("<BookgDt><Dt>2026-09-30", "<BookgDt><Dt>30.9.2026"), "bank_missing"),
    ],
)
def test_what_is_wrong_with_a_document_has_a_name(change: tuple[str, str], code: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        camt.read_camt(sample(change))
    assert caught.value.code == code


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><Document {space}>&b;</Document>',
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><Document {space}>&x;</Document>',
        '<!DOCTYPE d SYSTEM "http://127.0.0.1/d.dtd"><Document {space}/>',
        "<Document {space}>" + "<A>" * 100_000,
    ],
)
def test_entities_other_files_and_depths_are_never_followed(text: str) -> None:
    space = 'xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"'
    with pytest.raises(UnreadableFile, match="bank_unsafe"):
        camt.read_camt(text.replace("{space}", space).encode())


def test_a_balance_of_the_last_day_there_is_opens_nothing() -> None:
    text = sample(("<Cd>OPBD</Cd>", "<Cd>PRCD</Cd>")).decode()
    late = re.sub(
        r"(PRCD</Cd>.*?<Dt>)[0-9-]{10}", r"\g<1>9999-12-31", text, count=1, flags=re.DOTALL
    )
    assert late != text
    with pytest.raises(UnreadableFile, match="bank_missing"):
        camt.read_camt(late.encode())


def test_what_does_not_add_up_is_told_with_its_figures() -> None:
    with pytest.raises(Invalid) as caught:
        require_valid(camt.read_camt(sample(("66984.50", "66984.51"))))
    (fault,) = caught.value.fields
    assert (fault.path, fault.code, fault.params["off"]) == ("file", "bank_not_closed", Money(1))


def test_a_statement_named_twice_in_one_file_is_refused() -> None:
    (one,) = camt.read_camt(sample())
    with pytest.raises(Invalid, match="bank_named_twice"):
        require_valid([one, one])
