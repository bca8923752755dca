"""Answers to harvesters, held against the schemas and the rules of OAI-PMH 2.0."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from sqlalchemy import Engine

from ricomi_workflow.exports import oai
from ricomi_workflow.exports.formats import summary_context
from ricomi_workflow.exports.oai_request import Part, RecordQuery, make_token, parse_part
from tests.catalogue.shelf import Shelf
from tests.exports.harvest import broken

OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def faults(content: str) -> Iterator[str]:
    """What the schemas have against an answer, and the rules that they cannot tell."""
    document = etree.fromstring(content.encode())
    yield from broken(document)
    date, request, *told = document
    if not DATE.fullmatch(date.text):
        yield f"responseDate: {date.text}"
    codes = {error.get("code") for error in document.findall(f"{OAI}error")}
    if bool(codes & {"badVerb", "badArgument"}) == bool(request.attrib):
        yield "a request stands with its arguments unless they are wrong"
    if not codes and [etree.QName(each).localname for each in told] != [request.get("verb")]:
        yield "one element answers the verb"
    every = {each.text for each in document.iter(f"{OAI}datestamp", f"{OAI}earliestDatestamp")}
    yield from (f"another granularity: {day}" for day in every if not DATE.fullmatch(day))


def ask(shelf: Shelf, **given: str) -> etree._Element:
    """The answer to a request that keeps the rules."""
    pairs = [(name.rstrip("_"), value) for name, value in given.items()]
    with shelf.services.uow.read() as connection:
        content = oai.answer_request(connection, summary_context(shelf.services), pairs)
    assert list(faults(content)) == []
    return etree.fromstring(content.encode())


def code(answer: etree._Element) -> str | None:
    found = answer.find(f"{OAI}error")
    return None if found is None else found.get("code")


def listed(answer: etree._Element) -> list[str]:
    """The references of the records that an answer tells."""
    return [each.text.rpartition(":")[2] for each in answer.iter(f"{OAI}identifier")]


@pytest.fixture
def filled(engine: Engine) -> Shelf:
    shelf = Shelf(engine)
    for number in range(5):
        shelf.put("PY" if number % 2 else "BR", title={"es": f"Plan {number}", "fr": "Projet"})
    shelf.put("CO", hour=1, summary={"es": "a\x0b<b>"}, topics=["labour_migration"])
    return shelf


def test_a_list_goes_on_by_tokens_until_each_record_was_told_once(
    filled: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oai, "MOST", 2)
    answer = ask(filled, verb="ListRecords", metadataPrefix="oai_dc")
    told, cursors = listed(answer), []
    while (token := answer.find(f".//{OAI}resumptionToken")) is not None:
        cursors.append((token.get("cursor"), token.get("completeListSize")))
        if not token.text:
            break
        answer = ask(filled, verb="ListRecords", resumptionToken=token.text)
        told += listed(answer)
    assert cursors == [("0", "6"), ("2", "6"), ("4", "6")]
    # Two entries of one instant come by their number.
    assert told == [filled.refs[n] for n in (0, 5, 1, 2, 3, 4)]


def test_records_are_harvested_by_span_set_and_name(filled: Shelf) -> None:
    by = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}
    second = "2026-09-14T16:00:00Z"
    assert listed(ask(filled, **by, from_=second, until=second)) == [filled.refs[1]]
    assert listed(ask(filled, **by, until="2026-09-14", set="country.CO")) == [filled.refs[5]]
    assert len(listed(ask(filled, **by, from_="2026-09-14", set="kind.cooperation_request"))) == 6
    host = "127.0.0.1"
    one = {"verb": "GetRecord", "identifier": f"oai:{host}:{filled.refs[5]}"}
    record = ask(filled, **one, metadataPrefix="oai_dc")
    assert [each.text for each in record.iter(f"{OAI}setSpec")] == [
        "country.CL",
        "country.CO",
        "kind.cooperation_request",
        "topic.labour_migration",
    ]
    said = {each.text for each in record.iter(f"{DC}description")}
    assert "a<b>" in said
    assert "Colômbia" in {each.text for each in record.iter(f"{DC}coverage")}
    addresses = {each.text for each in record.iter(f"{DC}identifier")}
    assert f"{filled.services.base_url}/pt/catalogue/{filled.refs[5]}" in addresses
    identify = ask(filled, verb="Identify")
    assert identify.findtext(f".//{OAI}earliestDatestamp") == "2026-09-14T15:00:00Z"
    sets = {each.text for each in ask(filled, verb="ListSets").iter(f"{OAI}setSpec")}
    assert {"country.PY", "kind.good_practice", "topic.legislation"} <= sets
    prefix = ask(filled, verb="ListMetadataFormats").findtext(f".//{OAI}metadataPrefix")
    assert prefix == "oai_dc"


LIST = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}


def forged(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "badVerb"),
        ({"verb": "Harvest"}, "badVerb"),
        ({"verb": "Identify", "set": "x"}, "badArgument"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({**LIST, "from_": "yesterday"}, "badArgument"),
        ({**LIST, "from_": "2026-02-30"}, "badArgument"),
        ({**LIST, "from_": "2026-09-14", "until": "2026-09-14T16:00:00Z"}, "badArgument"),
        ({**LIST, "from_": "2026-09-15", "until": "2026-09-14"}, "badArgument"),
        ({**LIST, "resumptionToken": "x"}, "badArgument"),
        ({**LIST, "metadataPrefix": "marc21"}, "cannotDisseminateFormat"),
        ({**LIST, "set": "colour"}, "noRecordsMatch"),
        ({**LIST, "from_": "2030-01-01"}, "noRecordsMatch"),
        ({**LIST, "until": "9999-12-31"}, "noRecordsMatch"),
        ({**LIST, "until": "2026-09-14T14:59:59Z"}, "noRecordsMatch"),
        ({**LIST, "from_": "2026-09-14T15:00:00"}, "badArgument"),
        ({"verb": "GetRecord", "metadataPrefix": "oai_dc"}, "badArgument"),
        (
            {"verb": "GetRecord", "identifier": "oai:x:1", "metadataPrefix": "marc21"},
            "cannotDisseminateFormat",
        ),
        ({"verb": "ListIdentifiers", "resumptionToken": ""}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": "é{"}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": "W10"}, "badResumptionToken"),
        *(
            ({"verb": "ListRecords", "resumptionToken": token}, "badResumptionToken")
            for token in (
                forged('[["awaits", "PY"], null, null, ["2026-09-14T15:00:00Z", 1], 0]'),
                forged(f'[null, null, null, ["2026-09-14T15:00:00Z", {2**63}], 0]'),
                forged('[null, "0001-01-01T00:00:00+14:00", null, ["2026-09-14", 1], 0]'),
                forged("[" * 100_000),
            )
        ),
        ({"verb": "ListSets", "resumptionToken": "x"}, "badResumptionToken"),
        (
            {"verb": "GetRecord", "identifier": "x\x0b", "metadataPrefix": "oai_dc"},
            "idDoesNotExist",
        ),
        ({"verb": "ListMetadataFormats", "identifier": "oai:x:1"}, "idDoesNotExist"),
    ],
)
def test_what_breaks_the_rules_is_told_by_its_code(
    sqlite_engine: Engine, given: dict[str, str], expected: str
) -> None:
    assert code(ask(Shelf(sqlite_engine), **given)) == expected


def test_an_argument_given_twice_breaks_the_rules(sqlite_engine: Engine) -> None:
    shelf = Shelf(sqlite_engine)
    for name, expected in (("verb", "badVerb"), ("set", "badArgument")):
        pairs = [*LIST.items(), ("set", "country.PY"), (name, "country.BR")]
        with shelf.services.uow.read() as connection:
            content = oai.answer_request(connection, summary_context(shelf.services), pairs)
        assert list(faults(content)) == []
        assert code(etree.fromstring(content.encode())) == expected


INSTANTS = st.datetimes(timezones=st.just(UTC), min_value=datetime(1, 1, 2))  # noqa: DTZ001 - hypothesis asks for a naive bound
ENDS = st.none() | INSTANTS


@given(
    st.builds(
        Part,
        st.builds(RecordQuery, st.none() | st.just(("country", "PY")), ENDS, ENDS),
        st.tuples(INSTANTS, st.integers(0, 2**63 - 1)),
        st.integers(0, 10**9),
    )
)
def test_a_token_tells_exactly_how_a_list_goes_on(part: Part) -> None:
    assert parse_part({"resumptionToken": make_token(part)}, {"country.PY"}) == part
