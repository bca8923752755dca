"""A new request of Paraguay from draft to closed, every act by clicking, in Spanish."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import expect

from tests.browser.conftest import Entering
from tests.browser.page_types import APPLICANT, CERTIFIER, FUND, SECRETARIAT
from tests.support.site import Site, Who, delegate
from tests.support.walking import Walker

TITLE = "Atención de personas retornadas en la frontera"
SCORES = (
    "Pertinencia",
    "Oportunidad",
    "Claridad de los objetivos",
    "Compromiso de las partes",
    "Capacidad que quedará instalada",
)
BY_VERBS = 14  # with the two that are clicked before, one fewer than the seventeen that decide


@dataclass
class Life:
    """One case, and the people who carry it, each at a browser of their own."""

    visitor: Entering
    site: Site
    people: dict[Who, Walker] = field(default_factory=dict)
    ref: str = ""

    def the(self, who: Who) -> Walker:
        """The holder of an office, who signs in when first called."""
        if who not in self.people:
            self.people[who] = self.visitor().sign_in(who)
        return self.people[who]

    def at_case(self, who: Who) -> Walker:
        """The holder of an office with the page of the case open."""
        walker = self.the(who)
        walker.visit(f"/cases/{self.ref}")
        return walker

    def confirms(self, who: Who, act: str, done: str, form: dict[str, str] | None = None) -> None:
        """An act on the page of the case: its form if it has one, said back, confirmed."""
        walker = self.at_case(who)
        walker.follow(act)
        if form is not None:
            walker.fill(form)
            walker.press("Guardar y revisar")
        walker.press(f"Confirmar: {act[:1].lower()}{act[1:]}")
        walker.sees(f"Hecho. {done}")


def opens_a_request(life: Life) -> None:
    """From My work to the sections that are words."""
    walker = life.the(APPLICANT)
    walker.follow("Nuevo caso")
    walker.press("Abrir el borrador")
    walker.reads("Qué se pide")
    life.ref = walker.page.url.split("/cases/")[1].split("/")[0]
    walker.group("Título").get_by_label("En español").fill(TITLE)
    walker.group("Resumen").get_by_label("En español").fill(
        "Dos instituciones comparten un servicio."
    )
    walker.tick("Forma de cooperación", "Pasantía", "Taller o reunión técnica")
    walker.tick("Temas", "Retorno y reintegración")
    walker.press("Guardar y seguir")
    walker.fill({"Institución que pide": "Dirección General de Migraciones"})
    walker.fill({"Persona de contacto": "Oficina de cooperación"})
    walker.press("Guardar y seguir")
    walker.reads("Instituciones y países")  # with whom, or why with nobody, is missing
    walker.tick("El proyecto es de toda la red", "Sí")
    walker.fill({"Por qué es de toda la red": "El servicio queda a disposición de todos."})
    walker.press("Guardar y seguir")
    walker.fill({"Problema y situación actual": "El servicio falta en dos puestos."})
    walker.group("Objetivos").get_by_label("En español").fill("Un servicio en cada puesto.")
    walker.fill({"Resultado esperado y capacidad que quedará": "Personal capacitado."})
    walker.press("Guardar y seguir")
    walker.fill({"Actividad, línea 1": "Visita de estudio", "Fase, línea 1": "Fase 1"})
    walker.fill({"Fecha de inicio": "1/2/2027", "Duración en meses": "6"})
    walker.press("Guardar y seguir")
    walker.tick("Población a la que se dirige", "Personas retornadas")
    walker.press("Guardar y seguir")


def adds_up_the_money(life: Life) -> None:
    """Two lines of cost by the button, a financing that differs by a thousand, and its mending."""
    walker = life.the(APPLICANT)
    walker.reads("Presupuesto y financiación")
    walker.fill(_line("1.1", "Pasajes", "Pasajes", "4", "1.250,00", "1", "Sin períodos"))
    walker.press("Añadir una línea: Costo")
    walker.fill(_line("2.1", "Viáticos", "Viáticos", "4", "200", "5", "Días"))
    walker.fill({"Fuente, línea 1": "Estados miembros", "Monto, línea 1": "5.000"})
    walker.press("Añadir una línea: Financiación")
    walker.fill({"Fuente, línea 2": "Observadores permanentes", "Monto, línea 2": "3.000"})
    walker.press("Guardar y seguir")
    told = walker.page.get_by_role("alert")
    expect(told).to_be_focused()
    expect(told).to_contain_text("hay una diferencia de US$ 1.000")
    table = walker.page.get_by_role("table", name=re.compile("^Financiación"))
    expect(table).to_have_accessible_description(re.compile(r"diferencia de US\$\s1\.000"))
    walker.fill({"Monto, línea 2": "4.000"})
    walker.press("Guardar y seguir")
    walker.tick("Declaro que los datos son ciertos", "Sí")
    walker.press("Guardar y revisar")
    walker.press("Confirmar: presentar el pedido")
    walker.sees("Hecho. Pedido presentado")
    walker.stands("Presentado")


def _line(number: str, *texts: str) -> dict[str, str]:
    names = ("Concepto", "Clase de gasto", "Cantidad", "Costo unitario", "Períodos")
    cells = {f"Componente, línea {number}": "Otras actividades"}
    cells |= {f"{name}, línea {number}": text for name, text in zip(names, texts, strict=False)}
    return cells | {f"Unidad del período, línea {number}": texts[-1]}


def is_reviewed(life: Life) -> None:
    """The Secretariat takes it, fills checklist and opinion, and finds no money for a ballot."""
    life.confirms(SECRETARIAT, "Tomar en revisión", "Revisión iniciada")
    walker = life.at_case(SECRETARIAT)
    walker.follow("Registrar la admisibilidad")
    for answer in walker.page.get_by_role("radio", name="Sí", exact=True).all():
        answer.check()
    walker.press("Guardar y revisar")
    walker.press("Confirmar: registrar la admisibilidad")
    walker.follow("Registrar la opinión técnica")
    walker.fill(dict.fromkeys(SCORES, "18"))
    walker.tick("Recomendación", "Se recomienda aprobar")
    walker.fill({"Razones de la opinión": "Pertinente y bien preparado."})
    walker.tick("Quien opina tiene un interés propio en este pedido", "No")
    walker.press("Guardar y revisar")
    walker.press("Confirmar: registrar la opinión técnica")
    refused = walker.page.get_by_role("listitem").filter(
        has=walker.page.get_by_role("heading", name="Abrir la votación")
    )
    expect(refused).to_contain_text("US$ 5.000")


def is_promised_and_received(life: Life) -> None:
    """Two donors promise at the fund's desk; a promise opens no ballot, money does."""
    for donor, amount in (("México", "7.000"), ("España", "6.000")):
        walker = life.the(FUND)
        walker.visit("/fund/desk")
        walker.follow("Registrar una promesa")
        walker.fill({"Aportante": donor, "Monto": amount, "Fecha de la promesa": "1/9/2026"})
        walker.press("Revisar antes de registrar")
        walker.press(f"Confirmar: promesa de US$ {amount}")
        walker.sees("Quedó registrado")
        waiting = walker.page.get_by_role("listitem").filter(has_text=donor)
        walker.go(waiting.get_by_role("link", name="Registrar un ingreso"))
        walker.fill({"Monto": amount, "Fecha en que llegó": "1/9/2026"})
        walker.fill({"Referencia del banco": f"EJ-{donor}"})
        walker.press("Revisar antes de registrar")
        walker.press(f"Confirmar: llegaron US$ {amount}")
        walker.sees("Quedó registrado")


def is_voted(life: Life) -> None:
    """A state answers and changes, another answers, others elsewhere, and one more decides."""
    opened = "Votación abierta y dinero reservado"  # its form may stay as it is
    life.confirms(SECRETARIAT, "Abrir la votación", opened, {})
    _answers(life, "HT", "En contra", "Haití vota en contra")
    _answers(life, "HT", "A favor", "Haití vota a favor")
    life.the(delegate("HT")).sees("reemplazado por un voto posterior")
    _answers(life, "AR", "A favor", "Argentina vota a favor")
    rest = [c for c, _ in life.site.behind.accounts.delegates() if c not in {"AR", "HT"}]
    life.site.vote(life.ref, rest[:BY_VERBS])
    _answers(life, rest[BY_VERBS], "A favor", "", decides=True)
    life.at_case(SECRETARIAT).stands("Aprobado, por comenzar")


def _answers(life: Life, country: str, choice: str, said: str, *, decides: bool = False) -> None:
    walker = life.the(delegate(country))
    walker.visit(f"/cases/{life.ref}/ballot")
    walker.page.get_by_role("radio", name=choice, exact=True).check()
    walker.press("Revisar antes de confirmar")
    if decides:
        walker.sees("Con este voto la Comisión aprueba y la votación se cierra")
        walker.go(walker.page.get_by_role("button", name=re.compile("^Confirmar: ")))
    else:
        walker.press(f"Confirmar: {said}")
    walker.sees("Hecho.")


def is_carried_out(life: Life) -> None:
    """Committed, agreed, started; a tranche asked, certified and paid by three people."""
    life.confirms(FUND, "Comprometer los fondos", "Fondos comprometidos")
    walker = life.at_case(APPLICANT)
    walker.follow("Registrar el convenio")
    walker.fill({"Número o referencia del convenio": "CONV-1", "Fecha de la firma": "1/9/2026"})
    walker.tick("Estados que reciben dinero", "Paraguay")
    walker.fill({"Número, línea 1": "1", "Monto, línea 1": "9.000"})
    walker.fill({"Para qué, línea 1": "Visita de estudio"})
    walker.press("Guardar y revisar")
    walker.press("Confirmar: registrar el convenio")
    planned = {
        "Actividad, línea 1": "Visita", "Empieza, línea 1": "1/2/2027",
        "Termina, línea 1": "15/2/2027", "Lugar, línea 1": "Asunción",
        "Responsable, línea 1": "Dirección General", "Indicador, línea 1": "Nueve personas",
    }  # fmt: skip
    life.confirms(
        APPLICANT, "Entregar el plan de ejecución", "Plan de ejecución entregado", planned
    )
    life.confirms(SECRETARIAT, "Aceptar el plan", "Plan de ejecución aceptado")
    walker = life.at_case(APPLICANT)
    walker.follow("Designar a quien responde")
    walker.fill({"Nombre completo": "Ejemplo", "Cargo": "Dirección"})
    walker.fill({"Institución": "Dirección General", "Correo y teléfono": "ejemplo@ricomi.example"})
    walker.fill({"Documento que le designa": "Resolución 7"})
    walker.tick("La persona aceptó responder", "Sí")
    walker.press("Guardar y revisar")
    walker.press("Confirmar: designar a quien responde")
    life.confirms(FUND, "Iniciar la ejecución", "Ejecución iniciada")
    asked = {"Monto en dólares (US$)": "9.000", "Para qué": "Visita de estudio"}
    life.confirms(APPLICANT, "Pedir un desembolso", "Desembolso pedido", asked)
    life.confirms(CERTIFIER, "Certificar el desembolso", "Desembolso certificado")
    paid = {"Referencia bancaria": "TRF-1", "Fecha del pago": "1/9/2026"}
    life.confirms(FUND, "Registrar el pago", "Desembolso pagado", paid)


def is_reported_and_closed(life: Life) -> None:
    """A progress report, the final report, the accounts, a refund, the end."""
    spent = {"Concepto del presupuesto, línea 1": "Pasajes", "Comprobante, línea 1": "Factura 1"}
    work = {
        "Primer día del período": "1/8/2026", "Último día del período": "31/8/2026",
        "Actividad, línea 1": "Visita", "Situación, línea 1": "Hecha",
        "Desde, línea 1": "10/8/2026", "Mujeres, línea 1": "5", "Hombres, línea 1": "4",
        "Próximos pasos": "Escribir el procedimiento.",
        **spent, "Monto, línea 1": "5.000",
    }  # fmt: skip
    life.confirms(APPLICANT, "Entregar el informe", "Informe de avance entregado", work)
    life.confirms(SECRETARIAT, "Aceptar el informe", "Informe de avance aceptado")
    walker = life.at_case(APPLICANT)
    walker.follow("Entregar el informe final")
    walker.tick("Clase de resultado", "Un proceso interno mejorado")
    walker.group("Qué cambió").get_by_label("En español").fill("El servicio existe en dos puestos.")
    walker.group("Lo que se aprendió").get_by_label("En español").fill("Acordar las fechas antes.")
    walker.fill({"Funcionarias capacitadas": "5", "Funcionarios capacitados (hombres)": "4"})
    walker.fill(
        {**spent, "Concepto del presupuesto, línea 1": "Viáticos", "Monto, línea 1": "3.900"}
    )
    walker.fill({"Satisfacción de la institución que pidió": "5"})
    walker.press("Guardar y revisar")
    walker.press("Confirmar: entregar el informe final")
    walker.stands("Informado y cerrado")
    life.confirms(SECRETARIAT, "Aceptar las cuentas finales", "Cuentas finales aceptadas")
    back = {
        "Número del desembolso": "1",
        "Monto en dólares (US$)": "100", "Referencia bancaria": "DEV-1",
        "Fecha en que se recibió": "1/9/2026",
    }  # fmt: skip
    life.confirms(FUND, "Registrar un reintegro", "Reintegro registrado", back)
    life.confirms(SECRETARIAT, "Cerrar el caso", "Caso cerrado y resultado publicado")
    life.at_case(APPLICANT).stands("Cerrado")


def is_public(life: Life) -> None:
    """Anybody finds it in the catalogue, and every dollar on the page of the fund."""
    anybody = life.visitor()
    anybody.visit("/catalogue")
    anybody.page.get_by_role("searchbox").fill("retornadas")
    anybody.press("Buscar")
    anybody.follow(TITLE)
    anybody.reads(TITLE)
    anybody.sees("Terminado y cerrado")
    anybody.sees("El servicio existe en dos puestos.")
    anybody.visit("/fund")
    anybody.sees("2.610")  # 13,000 received, 1,490 for indirect costs, 8,900 spent
    donors = anybody.page.get_by_role("table", name="Aportantes con lo prometido").first
    expect(donors).to_contain_text("6.000")
    project = anybody.page.get_by_role("row", name=TITLE)
    expect(project).to_contain_text("8.900")


def test_people_carry_a_new_request_to_closed_by_clicking(visitor: Entering, site: Site) -> None:
    life = Life(visitor, site)
    opens_a_request(life)
    adds_up_the_money(life)
    is_reviewed(life)
    is_promised_and_received(life)
    is_voted(life)
    is_carried_out(life)
    is_reported_and_closed(life)
    is_public(life)
