"""A paper says what its reader may read, in every language, and is the same each time."""

from __future__ import annotations

from io import BytesIO
from typing import cast

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from ricomi_workflow.cases.commands import advance, lock, open_case
from ricomi_workflow.collaboration.comments import write_comment
from ricomi_workflow.collaboration.rules import Audience
from ricomi_workflow.contributions.commands import record_pledge
from ricomi_workflow.contributions.indirect_costs import icr_rates
from ricomi_workflow.contributions.queries import list_receipts
from ricomi_workflow.contributions.receipts import record_receipt
from ricomi_workflow.documents import dossier
from ricomi_workflow.documents.annexes import icr_blocks
from ricomi_workflow.documents.dossier import dossier_pdf, submission_pdf
from ricomi_workflow.documents.elements import DocumentText
from ricomi_workflow.documents.letters import letter_pdf
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Source
from tests.support import papers
from tests.support.story import APPLICANT, FUND, INSTITUTION, PARTNER, SECRETARIAT, Story, answer_of

LANGUAGES = ("es", "en", "pt", "fr")
HOSTILE = '#panic("x") *bold* $ñ$ ] \\ #let x = 1'
SAID = {
    "es": ("Expediente completo", "En ejecución", "Voto", "US$ 10.000", "El dinero"),
    "en": ("Whole dossier", "In progress", "Vote", "US$ 10,000", "The money"),
    "pt": ("Dossiê completo", "Em execução", "Voto", "US$ 10.000", "O dinheiro"),
    "fr": ("Dossier complet", "En cours d'exécution", "Vote", "10 000 $ US", "L'argent"),
}


ICR = {  # 6,000 of member states at 11 % and 4,000 of observers at 12 %, charged beside the cost
    "es": ("Estados miembros: 11 % de lo que se recibe 741,57", "Además del costo 1.287,02"),
    "en": ("Member States: 11% of what is received 741.57", "On top of the cost 1,287.02"),
    "pt": ("Estados membros: 11% do que se recebe 741,57", "Além do custo 1.287,02"),
    "fr": ("États membres : 11 % de ce qui est reçu 741,57", "En plus du coût 1 287,02"),
}


def text_of(made: bytes) -> str:
    """Everything that a PDF says, in one line; blanks of any kind are one blank."""
    pages = PdfReader(BytesIO(made)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def part_of(whole: DictionaryObject, name: str) -> DictionaryObject:
    """A dictionary inside another one."""
    return cast("DictionaryObject", whole[name].get_object())


def of(story: Story, office: str, lang: str = "es") -> bytes:
    return dossier_pdf(story.services, story.people[office], story.ref, lang)


def contact_reader(story: Story) -> Actor:
    """Somebody from whom the field `contact` is kept while the committee votes."""
    return story.people["ceam_delegate:AR"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_dossier_tells_the_whole_case_in_each_language(story: Story, lang: str) -> None:
    story.after("accept_report")
    made = of(story, SECRETARIAT, lang)
    found = text_of(made)
    title = "Register of returnees" if lang == "en" else "Registro de personas retornadas"
    for words in (story.ref, title, *SAID[lang]):
        assert words in found, words
    reader = PdfReader(BytesIO(made))
    assert len(reader.pages) > 5
    root = part_of(reader.trailer, "/Root")
    assert str(part_of(root, "/MarkInfo")["/Marked"]) == "True"
    assert str(root["/Lang"]).startswith(lang)
    assert "/StructTreeRoot" in root
    assert not story.faults()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_line_of_indirect_costs_stands_beside_each_budget(story: Story, lang: str) -> None:
    story.after("submit")
    reader = story.people[SECRETARIAT]
    one = text_of(submission_pdf(story.services, reader, story.ref, ("request", 1), lang))
    whole = text_of(of(story, SECRETARIAT, lang))
    caption = story.services.texts.text("case.icr_caption", lang, day="|").partition("|")[0].strip()
    for words in (*ICR[lang], caption):
        assert (one.count(words), whole.count(words)) == (1, 2), words


def test_who_may_not_read_the_financing_reads_no_indirect_costs(story: Story) -> None:
    words = DocumentText(story.services, "es")
    assert list(icr_blocks(words, {}, story.clock.now())) == []


def test_the_same_case_gives_the_same_bytes(story: Story) -> None:
    story.after("record_opinion")
    assert of(story, SECRETARIAT) == of(story, SECRETARIAT)
    assert of(story, SECRETARIAT) != of(story, SECRETARIAT, "pt")


def test_every_font_is_embedded(story: Story) -> None:
    story.after("submit")
    for page in PdfReader(BytesIO(of(story, SECRETARIAT))).pages:
        for name in part_of(part_of(page, "/Resources"), "/Font"):
            font = part_of(part_of(part_of(page, "/Resources"), "/Font"), name)
            [inner] = cast("ArrayObject", font["/DescendantFonts"])
            descriptor = part_of(cast("DictionaryObject", inner.get_object()), "/FontDescriptor")
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_what_people_wrote_is_never_markup(story: Story) -> None:
    story.open()
    story.do(APPLICANT, "submit", papers.request(story.today, problem=HOSTILE))
    made = submission_pdf(story.services, story.people[APPLICANT], story.ref, ("request", 1), "es")
    assert HOSTILE in text_of(made)


def test_a_field_that_the_reader_may_not_read_is_absent(story: Story) -> None:
    story.after("open_ballot")
    reader = contact_reader(story)
    state = story.services.state(story.case())
    assert "contact" in state.forms["request"].fields
    theirs = text_of(dossier_pdf(story.services, reader, story.ref, "es"))
    own = text_of(of(story, SECRETARIAT))
    assert "ana@example.org" in own
    assert "ana@example.org" not in theirs
    assert "Registro de personas retornadas" in theirs
    one = submission_pdf(story.services, reader, story.ref, ("request", 1), "es")
    assert "ana@example.org" not in text_of(one)


@pytest.mark.parametrize(
    ("office", "which"),
    [("focal_point:AR", ("request", 1)), (SECRETARIAT, ("request", 2)), (SECRETARIAT, ("no", 1))],
)
def test_a_paper_that_is_not_the_readers_does_not_exist(
    story: Story, office: str, which: tuple[str, int]
) -> None:
    story.after("submit")
    reader, ref = story.people[office], story.ref
    error = answer_of(lambda: submission_pdf(story.services, reader, ref, which, "es"))
    assert isinstance(error, NotFound)


def test_the_dossier_of_a_case_is_for_those_who_may_know_of_it(story: Story) -> None:
    story.after("submit")
    stranger = story.people["focal_point:AR"]
    error = answer_of(lambda: dossier_pdf(story.services, stranger, story.ref, "es"))
    assert isinstance(error, NotFound)


def test_internal_comments_stay_inside_and_shared_ones_reach_their_circle(story: Story) -> None:
    story.after("start_review")
    for audience, body in (
        (Audience.SECRETARIAT, "Solo entre nosotros."),
        (Audience.APPLICANT, "Gracias por el pedido."),
        (Audience.DELEGATIONS, "Para todas las delegaciones."),
    ):
        with story.act(SECRETARIAT) as tx:
            case = lock(tx, story.services, story.ref)
            write_comment(tx, story.services, case, audience, body)
    assert "Solo entre nosotros." not in text_of(of(story, SECRETARIAT))
    assert "Gracias por el pedido." in text_of(of(story, INSTITUTION))
    partner = text_of(of(story, PARTNER))
    assert "Gracias por el pedido." not in partner
    assert "Para todas las delegaciones." in partner


def test_points_of_a_return_are_told_in_the_timeline(story: Story) -> None:
    story.after("start_review")
    point = {"section": "money", "field": "budget", "text": "Separe los pasajes."}
    with story.act(SECRETARIAT) as tx:
        case = lock(tx, story.services, story.ref)
        trigger = "return_for_clarification"
        advance(tx, story.services, case, trigger, reason="Falta algo.", points=[point])
    assert "Costo: Separe los pasajes." in text_of(of(story, APPLICANT))


def test_an_illustrative_case_is_marked_on_every_page(story: Story) -> None:
    with story.act(APPLICANT) as tx:
        story.ref = open_case(
            tx, story.services, "cooperation_request", "PY", illustrative=True
        ).ref
    story.do(APPLICANT, "submit", papers.request(story.today))
    made = of(story, SECRETARIAT)
    assert all("ILUSTRATIVO" in page.extract_text() for page in PdfReader(BytesIO(made)).pages)


def test_what_is_too_long_is_listed_and_not_printed(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.after("record_admissibility")
    whole = text_of(of(story, SECRETARIAT))
    monkeypatch.setattr(dossier, "ENOUGH", 100)
    short = text_of(of(story, SECRETARIAT))
    assert "El registro existe en un país" in whole
    assert "El registro existe en un país" not in short
    assert "Por su extensión no se imprime aquí" in short


def test_a_letter_of_real_money_carries_no_mark(story: Story) -> None:
    amount = Money(10_000)
    with story.act(FUND) as tx:
        ref = record_pledge(tx, "CA", Source.MEMBER_STATES, amount)
        record_receipt(
            tx, ref, amount, bank_reference="C-1", received_on=story.today, icr=icr_rates()
        )
    with story.services.uow.read() as connection:
        [given] = list_receipts(connection, ref)
    told = text_of(letter_pdf(story.services, given.ref, "es"))
    assert f"{given.ref} Acuse de recibo Canadá" in told
    assert "Costos indirectos US$ 11 (11 % del valor recibido)" in told
    assert "ilustrativo" not in told.lower()
    assert "Tipo de cambio" not in told  # it came in US$
