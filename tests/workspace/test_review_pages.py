"""Reviews and the order of a call in the browser of those who use them."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from ricomi_workflow.ballots.commands import cast_vote
from ricomi_workflow.calls.commands import open_and_close_due_calls, open_in_call
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.identity.commands import add_user, give_role
from ricomi_workflow.identity.models import user
from ricomi_workflow.identity.sign_in import hash_password
from ricomi_workflow.kernel.actors import SYSTEM, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.text import escape_formula
from tests.support import papers
from tests.support.office import KIND, PASSWORD, OfficeHouse
from tests.support.reviewing import CRITERIA
from tests.support.visitor import Visitor
from tests.workspace.test_call_pages import announced

NAMES = ("Ana", "Bruno")


def reviewer(house: OfficeHouse, name: str, lang: str = "es") -> Visitor:
    """The browser of somebody new who reviews."""
    mail = f"{name.lower()}@ricomi.example"
    with house.services.uow.begin(SYSTEM) as tx:
        key = add_user(tx, mail, name, lang, demo=True)
        give_role(tx, key, Role.REVIEWER)
        tx.execute(
            user.update().where(user.c.id == key).values(password_hash=hash_password(PASSWORD))
        )
    return Visitor(house.app).sign_in(mail, PASSWORD, lang)


def under_technical_review(house: OfficeHouse, ref: str | None = None) -> str:
    """A request that reviewers may be asked about."""
    found = ref or house.submitted()
    house.act(found, Role.SECRETARIAT, "start_review")
    form = house.transition(found, "record_admissibility").form
    assert form is not None
    passing = {
        f.name: True
        for f in house.services.library.forms[form].fields()
        if not f.name.endswith("_reason")
    }
    house.act(found, Role.SECRETARIAT, "record_admissibility", inputs=passing)
    house.act(found, Role.SECRETARIAT, "begin_technical_review")
    return found


def asked(house: OfficeHouse, ref: str) -> Visitor:
    """The Secretariat's browser after it asked the reviewers of this test about a case."""
    staff = house.the(Role.SECRETARIAT).open(f"/es/cases/{ref}/reviews")
    return staff.press("Pedir la evaluación", {"people": boxes(staff, *NAMES)})


def boxes(staff: Visitor, *names: str) -> list[str]:
    """The values of the boxes beside the reviewers called so."""
    labels = [n for n in staff.page.find("label") if n.whole_text().strip() in names]
    return [c.attributes["value"] for n in labels for c in n.children if c.tag == "input"]


def points(each: str = "15") -> dict[str, str]:
    """What a reviewer types."""
    given = {f"points_{name}": each for name in CRITERIA}
    return given | {f"comment_{name}": f"Sobre {name}." for name in CRITERIA}


def test_a_reviewer_declares_reads_scores_and_only_then_reads_the_others(
    house: OfficeHouse,
) -> None:
    ana, bruno = (reviewer(house, name) for name in NAMES)
    ref = under_technical_review(house)
    assert "Evaluación pedida; cada persona recibió aviso." in asked(house, ref).text
    ana.open("/es/reviews").follow(next(t for t in ana.links() if ref not in t and len(t) > 25))
    ana.open(f"/es/reviews/{ref}")
    assert "Presupuesto" not in ana.text
    assert "points_clarity" not in ana.field_names()
    ana.press("Declarar")
    assert (ana.status, len(ana.errors())) == (422, 1)
    ana.press("Declarar", {"conflict": "no"})
    assert "Ya puede ver el pedido." in ana.text
    assert "Se ven después de dar la propia." in ana.text
    wrong = ana.press("Dar la evaluación", points() | {"points_clarity": "21"})
    assert wrong.errors() == ["Escriba un número entero de 0 a 20."]
    ana.press("Dar la evaluación", points())
    assert "Evaluación registrada." in ana.text
    assert "Todavía no hay otras." in ana.text
    bruno.open(f"/es/reviews/{ref}").press("Declarar", {"conflict": "no"})
    assert "Sobre clarity." not in bruno.text
    bruno.press("Dar la evaluación", points("5"))
    assert "Sobre clarity." in ana.open(f"/es/reviews/{ref}").text
    assert "Ana" not in bruno.text.replace("Ana.", "")
    staff = house.the(Role.SECRETARIAT).open(f"/es/cases/{ref}/reviews")
    assert "Las evaluaciones se alejan mucho en" in staff.text
    assert "50,00" in staff.text


def test_a_conflict_leaves_the_request_unseen_and_names_the_reviewer(house: OfficeHouse) -> None:
    ana = reviewer(house, "Ana", "pt")
    ref = under_technical_review(house)
    asked(house, ref)
    ana.open(f"/pt/reviews/{ref}")
    ana.press("Declarar", {"conflict": "yes", "reason": "Trabalhei nessa instituição."})
    assert "Conflito registrado." in ana.text
    assert "points_clarity" not in ana.field_names()
    staff = house.the(Role.SECRETARIAT).open(f"/es/cases/{ref}/reviews")
    assert "Evaluación 1: Ana" in staff.text
    assert "Trabalhei nessa instituição." in staff.text
    applicant = house.the(Role.FOCAL_POINT, "PY").open(f"/es/cases/{ref}")
    assert "Evaluación dejada por conflicto de interés" in applicant.text
    assert "Trabalhei" not in applicant.text


@pytest.mark.parametrize("path", ["reviews", "cases/{ref}/reviews", "reviews/{ref}"])
def test_reviews_are_closed_to_applicants_and_delegates(house: OfficeHouse, path: str) -> None:
    ref = under_technical_review(house)
    address = f"/es/{path.format(ref=ref)}"
    for role, country in ((Role.FOCAL_POINT, "PY"), (Role.CEAM_DELEGATE, "AR")):
        assert house.the(role, country).open(address).status in {403, 404}
    assert reviewer(house, "Eva").open(f"/es/reviews/{ref}").status == 404


def ranked(house: OfficeHouse, **changes: Json) -> tuple[str, list[str]]:
    """A call whose two requests are reviewed: Argentina's better than Paraguay's."""
    people = [reviewer(house, name) for name in NAMES]
    call = announced(house, **changes)
    house.later(days=2)
    refs = []
    for country in ("PY", "AR"):
        with house.services.uow.begin(house.actor(Role.FOCAL_POINT, country)) as tx:
            refs.append(open_in_call(tx, house.services, KIND, country, call).ref)
        request = {**house.request(country, ("BR",)), "financing": papers.financing(9_000, 0)}
        request["budget"] = [papers.line(papers.FARES, 1, 9_000, category="airfare")]
        house.act(refs[-1], Role.FOCAL_POINT, "submit", country, inputs=request)
    house.later(days=60)
    open_and_close_due_calls(house.services)
    house.act(call, Role.SECRETARIAT, "begin_call_review")
    for ref, each in zip(refs, ("10", "18"), strict=True):
        under_technical_review(house, ref)
        asked(house, ref)
        for person in people:
            person.open(f"/es/reviews/{ref}").press("Declarar", {"conflict": "no"})
            person.press("Dar la evaluación", points(each))
    return call, refs


def test_the_order_is_previewed_frozen_read_by_delegates_and_taken_along(
    house: OfficeHouse,
) -> None:
    call, refs = ranked(house, envelope=papers.usd(12_000))
    staff = house.the(Role.SECRETARIAT).open(f"/es/calls/{call}/order")
    assert "Así quedaría hoy el orden." in staff.text
    delegate = house.the(Role.CEAM_DELEGATE, "AR").open(f"/es/calls/{call}/order")
    assert delegate.status == 404
    house.act(call, Role.SECRETARIAT, "freeze_ranking")
    delegate.open("/es/ceam").follow("Orden de la convocatoria 1/2026")
    text = delegate.text
    assert text.index(refs[1]) < text.index("Aquí termina el monto") < text.index(refs[0])
    assert "90,00" in text
    sheet = load_workbook(BytesIO(delegate.client.get(f"/es/calls/{call}/order.xlsx").data)).active
    assert sheet is not None
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert [row[1] for row in rows[:3]] == ["Caso", refs[1], refs[0]]
    figures = [rows[0].index(name) for name in ("Puntaje", "Pedido, US$", "Acumulado, US$")]
    assert all(isinstance(rows[1][n], int | float) for n in figures), rows[:2]
    table = delegate.client.get(f"/es/calls/{call}/order.csv").data.decode("utf-8-sig")
    assert "Bajo la línea" in table


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\n="])
def test_no_text_of_a_plain_table_begins_as_a_formula(start: str) -> None:
    assert escape_formula(f"{start}1+1") == f"'{start}1+1"
    assert escape_formula("Migraciones = 1") == "Migraciones = 1"


def test_refusals_below_the_line_are_told_with_the_reason_and_the_place(
    house: OfficeHouse,
) -> None:
    call, refs = ranked(house, envelope=papers.usd(12_000))
    house.act(call, Role.SECRETARIAT, "freeze_ranking")
    house.act(call, Role.CHAIR, "adopt_ranking")
    staff = house.the(Role.SECRETARIAT).open(f"/es/calls/{call}/order")
    staff.follow("Comunicar las negativas")
    assert refs[0] in staff.text
    staff.press("Confirmar: hacerlo en 1 caso", {"reason": "El monto alcanzó para un pedido."})
    assert house.case(refs[0]).state == "rejected"
    house.act(call, Role.SECRETARIAT, "publish_results")
    applicant = house.the(Role.FOCAL_POINT, "PY").open(f"/es/calls/{call}")
    assert "Lugar 2 de 2, puntaje 50,00. Bajo la línea." in applicant.text
    applicant.open(f"/es/cases/{refs[0]}")
    assert "El monto alcanzó para un pedido." in applicant.text
    assert "lugar 2 en el orden de la convocatoria, puntaje 50,00" in applicant.text
    public = Visitor(house.app).open(f"/pt/calls/{call}")
    assert refs[1] in public.text
    assert refs[0] not in public.text


def test_reviewers_are_asked_about_every_request_of_a_call_at_once(house: OfficeHouse) -> None:
    call, _ = ranked(house)
    carla = reviewer(house, "Carla")
    staff = house.the(Role.SECRETARIAT).open(f"/es/calls/{call}/order")
    staff.press("Pedir la evaluación")
    assert (staff.status, len(staff.errors())) == (422, 1)
    staff.press("Pedir la evaluación", {"people": boxes(staff, "Carla")})
    assert "Evaluaciones pedidas en 2 pedidos." in staff.text
    assert carla.open("/es/reviews").text.count("Por declarar si hay conflicto de interés") == 2


def test_the_queue_shows_whose_money_is_there(house: OfficeHouse) -> None:
    ref = house.before_the_committee()
    house.vote_until_one_is_missing(ref)
    desk = house.the(Role.FUND_ADMINISTRATOR).open("/es/awaiting-funds")
    assert "Ningún pedido aprobado espera fondos." in desk.text
    assert "financiarse ahora" not in desk.text

    with house.services.uow.begin(house.actor(Role.CEAM_DELEGATE, "UY")) as tx:
        cast_vote(tx, house.services, lock(tx, house.services, ref), "UY", "in_favour")
    desk.open("/es/awaiting-funds")
    assert "Podrían financiarse ahora: 1 de 1." in desk.text
    assert "Dinero reservado" in desk.text
    assert "de la opinión técnica" in desk.text
    assert house.the(Role.FOCAL_POINT, "PY").open("/es/awaiting-funds").status == 403
