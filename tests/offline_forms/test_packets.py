"""A form goes out as a workbook and comes back: once, with rights, and overwriting nobody (N27)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from ricomi_workflow.cases.drafts import save_fields
from ricomi_workflow.definitions.forms import validate_submission
from ricomi_workflow.identity.commands import end_role
from ricomi_workflow.identity.models import role_grant
from ricomi_workflow.identity.queries import find_actor
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import Forbidden, NotFound, Refused
from ricomi_workflow.offline_forms.commands import (
    MINE,
    THEIRS,
    Choice,
    ImportResult,
    import_answers,
    make_workbook,
    read_workbook,
)
from ricomi_workflow.offline_forms.models import packet_receipt
from ricomi_workflow.web.forms.form_editing import open_form
from tests.offline_forms.workbook import Filled, with_part
from tests.support import papers
from tests.support.story import APPLICANT, INSTITUTION, SECRETARIAT, Story, answer_of, codes

LANGUAGES = ("es", "en", "pt", "fr")
YES = {"es": "Sí", "en": "Yes", "pt": "Sim", "fr": "Oui"}


def packet(story: Story, lang: str = "es", *, blank: bool = False) -> bytes:
    """The request of the case in hand, for its institution to fill in."""
    person = story.people[INSTITUTION]
    with story.services.uow.look(person) as tx:
        desk = open_form(tx, story.services, story.ref, "request")
    return make_workbook(desk, story.services, person, lang, blank=blank)


def bring(
    story: Story,
    data: bytes,
    who: str | Actor = INSTITUTION,
    choices: Mapping[str, Choice] | None = None,
) -> ImportResult:
    """Somebody hands a packet in."""
    person = story.people[who] if isinstance(who, str) else who
    with story.services.uow.begin(person) as tx:
        desk = open_form(tx, story.services, story.ref, "request", hold=True)
        found = read_workbook(story.services, data, desk.form)
        return import_answers(tx, story.services, desk, found, choices)


def saved(story: Story, who: str = INSTITUTION) -> Mapping[str, Json]:
    """The draft as it stands."""
    with story.services.uow.look(story.people[who]) as tx:
        return open_form(tx, story.services, story.ref, "request").values


def answer(story: Story, **values: Json) -> None:
    """The focal point saves fields in the system."""
    with story.act(APPLICANT) as tx:
        desk = open_form(tx, story.services, story.ref, "request", hold=True)
        save_fields(tx, story.services, desk.case, desk.form, values, known=desk.draft)


def receipts(story: Story) -> int:
    with story.services.uow.read() as connection:
        return connection.execute(select(func.count()).select_from(packet_receipt)).scalar_one()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_filled_in_offline_stands_in_the_draft(story: Story, lang: str) -> None:
    story.open()
    book = Filled(packet(story, lang))
    book.write(
        {
            "title.es": "Registro",
            "title.en": "Register",
            "months": 7,
            "start_date": date(2027, 1, 11),
            "contact": "=Ana",
            "topics#1": "labour_migration",
            "modality=workshop": YES[lang],
            "budget.0.line": "1.1 Fares",
            "budget.0.quantity": 4,
            "budget.0.unit_cost": 1053.5,
            "budget.0.periods": 1,
            "budget.2.line": "1.2 Per diem",
            "declaration": YES[lang],
        }
    )
    book.place("contact").data_type = "s"
    found = bring(story, book.saved())
    assert not found.conflicts
    draft = saved(story)
    assert draft["title"] == {"es": "Registro", "en": "Register"}
    assert (draft["months"], draft["start_date"]) == (7, "2027-01-11")
    assert draft["contact"] == "=Ana"
    assert draft["topics"] == ["labour_migration"]
    assert draft["modality"] == ["workshop"]
    assert draft["declaration"] is True
    rows = draft["budget"]
    assert isinstance(rows, list)
    assert [row["line"] for row in rows if isinstance(row, dict)] == ["1.1 Fares", "1.2 Per diem"]
    assert rows[0]["unit_cost"] == "1053.50"


def test_a_packet_that_goes_out_and_comes_back_says_the_same(story: Story) -> None:
    story.open()
    form = story.services.library.forms[story.services.process(story.case()).workflow.form]
    whole = papers.request(story.today)
    answer(story, **validate_submission(form, whole, story.services.lookups, story.today))
    before = saved(story)
    found = bring(story, packet(story))
    assert (found.changed, found.conflicts) == ((), ())
    assert saved(story) == before


def test_choices_are_lists_and_only_answers_can_be_changed(story: Story) -> None:
    story.open()
    book = load_workbook(BytesIO(packet(story)))
    assert book.security.lockStructure
    assert [p.title for p in book.worksheets if p.sheet_state == "veryHidden"] == [
        "_lists",
        "_packet",
    ]
    for page in book.worksheets:
        assert page.protection.sheet
    table = next(p for p in book.worksheets if p["A1"].value == "table=budget")
    rules = [rule.formula1 for rule in table.data_validations.dataValidation]
    assert len(rules) >= 3
    assert all(rule.startswith("'_lists'!") for rule in rules)
    assert table.column_dimensions["A"].hidden
    assert not table["B4"].protection.locked
    assert table["B3"].protection.locked


def test_the_same_packet_twice_has_one_effect(story: Story) -> None:
    story.open()
    data = Filled(packet(story)).write({"months": 7}).saved()
    assert bring(story, data).changed == ("months",)
    answer(story, months=9)
    again = bring(story, Filled(data).saved())
    assert again.before is not None
    assert (again.changed, again.conflicts) == ((), ())
    assert saved(story)["months"] == 9
    assert receipts(story) == 1


def test_a_packet_filled_in_further_is_taken_in_again(story: Story) -> None:
    story.open()
    first = Filled(packet(story)).write({"months": 7}).saved()
    bring(story, first)
    second = Filled(first).write({"contact": "Ana"}).saved()
    assert bring(story, second).changed == ("contact",)
    assert receipts(story) == 2


def test_fields_that_others_changed_are_asked_about_one_by_one(story: Story) -> None:
    story.open()
    answer(story, months=6, contact="Ana", problem="Uno")
    data = Filled(packet(story)).write({"months": 7, "contact": "Luz", "problem": "Dos"}).saved()
    answer(story, months=9, contact="Ana María")
    found = bring(story, data)
    told = {c.field: (c.mine, c.theirs) for c in found.conflicts}
    assert told == {"months": (7, 9), "contact": ("Luz", "Ana María")}
    assert saved(story)["problem"] == "Uno"
    assert receipts(story) == 0
    seen = {c.field: c.seen for c in found.conflicts}
    choices = {"months": Choice(MINE, seen["months"]), "contact": Choice(THEIRS, seen["contact"])}
    settled = bring(story, data, choices=choices)
    assert settled.changed == ("months", "problem")
    draft = saved(story)
    assert (draft["months"], draft["contact"], draft["problem"]) == (7, "Ana María", "Dos")


def test_what_changes_while_one_chooses_is_asked_about_again(story: Story) -> None:
    story.open()
    answer(story, months=6)
    data = Filled(packet(story)).write({"months": 7}).saved()
    answer(story, months=9)
    seen = bring(story, data).conflicts[0].seen
    answer(story, months=10)
    again = bring(story, data, choices={"months": Choice(MINE, seen)})
    assert [(c.mine, c.theirs) for c in again.conflicts] == [(7, 10)]
    assert saved(story)["months"] == 10


def test_an_emptied_cell_empties_the_answer_but_in_a_blank_packet_says_nothing(
    story: Story,
) -> None:
    story.open()
    answer(story, contact="Ana", months=6)
    blank = Filled(packet(story, blank=True)).write({"months": 8}).saved()
    assert bring(story, blank).changed == ("months",)
    assert saved(story)["contact"] == "Ana"
    emptied = Filled(packet(story)).write({"contact": None}).saved()
    assert bring(story, emptied).changed == ("contact",)
    assert "contact" not in saved(story)


def test_rights_are_those_of_the_day_on_which_it_comes_back(story: Story) -> None:
    story.open()
    data = Filled(packet(story)).write({"months": 7}).saved()
    person = story.people[INSTITUTION]
    assert person.user_id is not None
    with story.act("administrator") as tx:
        held = select(role_grant.c.id).where(role_grant.c.user_id == person.user_id)
        end_role(tx, tx.connection.execute(held).scalar_one())
    today = story.services.calendar.local_day(story.clock.now())
    with story.services.uow.read() as connection:
        now = find_actor(connection, person.user_id, today)
    assert now is not None
    error = answer_of(lambda: bring(story, data, now))
    assert isinstance(error, NotFound | Forbidden)
    assert "months" not in saved(story, APPLICANT)


def test_a_case_that_moved_on_keeps_what_it_has(story: Story) -> None:
    story.open()
    data = Filled(packet(story)).write({"months": 7}).saved()
    story.do(APPLICANT, "submit", papers.request(story.today))
    error = answer_of(lambda: bring(story, data))
    assert isinstance(error, NotFound | Forbidden)
    story.do(SECRETARIAT, "start_review")
    story.do(SECRETARIAT, "return_for_clarification", reason="Otra vez.")
    found = bring(story, data)
    assert [(c.field, c.mine, c.theirs) for c in found.conflicts] == [("months", 7, 6)]


def test_a_wrong_cell_is_told_by_its_address(story: Story) -> None:
    story.open()
    book = Filled(packet(story)).write(
        {"months": "siete", "budget.1.unit_cost": "mucho", "budget.1.line": "Pasajes"}
    )
    book.place("contact").value = "=1+1"
    where = {name: book.address(name) for name in ("months", "budget.1.unit_cost", "contact")}
    found = bring(story, book.saved())
    told = {cell: fault.code for cell, fault in found.wrong}
    assert told[where["months"]] == "not_integer"
    assert told[where["budget.1.unit_cost"]] == "not_money"
    assert told[where["contact"]] == "packet_formula"
    draft = saved(story)
    assert draft["months"] == "siete"
    assert "contact" not in draft


def _bomb(data: bytes) -> bytes:
    return with_part(data, "xl/worksheets/sheet9.xml", b" " * 40_000_000)


def _entities(data: bytes) -> bytes:
    text = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    return with_part(data, "xl/styles.xml", text)


def _link(data: bytes) -> bytes:
    return with_part(data, "xl/externalLinks/externalLink1.xml", b"<externalLink/>")


def _macro(data: bytes) -> bytes:
    return with_part(data, "xl/vbaProject.bin", b"program")


def _coded(data: bytes) -> bytes:
    return with_part(data, "xl/styles.xml", '<?xml version="1.0"?><a/>'.encode("utf-16"))


def _forged(data: bytes) -> bytes:
    book = Filled(data)
    claims = str(book.book["_packet"]["A1"].value)
    book.book["_packet"]["A1"].value = claims.replace("RICOMI-2026-0001", "RICOMI-2026-0002")
    return book.saved()


def _accented(data: bytes) -> bytes:
    book = Filled(data)
    book.book["_packet"]["A2"].value = "señal"
    return book.saved()


def _spoiled(data: bytes) -> bytes:
    start = data.index(b"[Content_Types].xml") + len("[Content_Types].xml")
    return data[:start] + b"\xff" * 8 + data[start + 8 :]


def _bare(data: bytes) -> bytes:
    book = Filled(data)
    del book.book["_packet"]
    return book.saved()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_bomb, "packet_hostile"),
        (_entities, "packet_hostile"),
        (_link, "packet_hostile"),
        (_macro, "packet_hostile"),
        (_coded, "packet_hostile"),
        (_forged, "packet_forged"),
        (_accented, "packet_forged"),
        (_bare, "packet_forged"),
        (_spoiled, "packet_unreadable"),
        (lambda data: data[:500], "packet_unreadable"),
        (lambda _: b"not a workbook", "packet_unreadable"),
        (lambda data: with_part(data, "xl/workbook.xml", b"<a"), "packet_unreadable"),
        (lambda _: b"x" * 1_000_001, "packet_too_large"),
    ],
    ids=[
        "bomb", "entities", "link", "macro", "coded", "forged", "accented", "bare", "spoiled",
        "cut", "other", "broken", "large",
    ],
)  # fmt: skip
def test_a_hostile_or_foreign_file_is_refused_unopened(
    story: Story, spoil: object, code: str
) -> None:
    story.open()
    assert callable(spoil)
    data = spoil(Filled(packet(story)).write({"months": 7}).saved())
    error = answer_of(lambda: bring(story, data))
    assert isinstance(error, Refused)
    assert codes(error) == [code]
    assert "months" not in saved(story)


def test_a_packet_of_another_case_is_refused(story: Story) -> None:
    story.open()
    data = packet(story)
    story.open()
    assert codes(answer_of(lambda: bring(story, data))) == ["packet_other_case"]
