"""Every type of page with its address, its reader, and what is pressed before it is looked at.

`{draft}`, `{ceam_vote}` … in an address is the reference of a case in that state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import FilePayload

from ricomi_workflow.kernel.actors import Role
from tests.support.far import ANSWERS
from tests.support.noted import PDF
from tests.support.site import Who
from tests.support.walking import Walker

APPLICANT: Final[Who] = (Role.FOCAL_POINT, "PY")
PARTNER: Final[Who] = (Role.FOCAL_POINT, ANSWERS)
SECRETARIAT: Final[Who] = (Role.SECRETARIAT, None)
DELEGATE: Final[Who] = (Role.CEAM_DELEGATE, "HT")
FUND: Final[Who] = (Role.FUND_ADMINISTRATOR, None)
CERTIFIER: Final[Who] = (Role.CERTIFYING_OFFICER, None)
ADMINISTRATOR: Final[Who] = (Role.ADMINISTRATOR, None)
CHAIR: Final[Who] = (Role.CHAIR, None)
RAPPORTEUR: Final[Who] = (Role.RAPPORTEUR, None)
REVIEWER: Final[Who] = (Role.REVIEWER, "1")
NEW_REVIEWER: Final[Who] = (Role.REVIEWER, "3")


@dataclass(frozen=True, slots=True)
class PageType:
    """One type of page."""

    path: str
    who: Who | None = None
    then: Callable[[Walker], None] | None = None


def _refused_sign_in(walker: Walker) -> None:
    walker.fill({"Correo electrónico": "nadie@ricomi.example"})
    walker.press("Entrar")


def _go_on(walker: Walker) -> None:
    walker.press("Guardar y seguir")


def _wrong_money(walker: Walker) -> None:
    walker.press("Añadir una línea: Financiación")
    walker.fill({"Monto, línea 1": "mucho"})
    walker.press("Guardar y seguir")


def _say_back(walker: Walker) -> None:
    walker.page.get_by_role("radio", name="A favor", exact=True).check()
    walker.press("Revisar antes de confirmar")


def _make_address(walker: Walker) -> None:
    walker.go(walker.page.get_by_role("main").get_by_role("button").first)
    walker.sees("Cópiela ahora")


def _subscribe(walker: Walker) -> None:
    walker.page.locator("#name").fill("Sistema de la Cancillería")
    walker.page.locator("#url").fill("https://programa.example.org/avisos")
    walker.press("Añadir y ver el secreto")
    walker.sees("Cópielo ahora")


def _no_answer(walker: Walker) -> None:
    walker.press("Revisar antes de confirmar")


def _no_reason(walker: Walker) -> None:
    walker.go(walker.page.get_by_role("main").get_by_role("button").last)


def _no_stand_in(walker: Walker) -> None:
    walker.press("Certificar la suplencia")


def _no_address(walker: Walker) -> None:
    walker.press("Pedir los avisos")


def _keep_nameless(walker: Walker) -> None:
    walker.press("Guardar")


def _choose_all(walker: Walker) -> None:
    walker.page.get_by_role("radio").first.check()
    for box in walker.page.get_by_role("main").get_by_role("checkbox").all():
        box.check()
    walker.press("Revisar antes de confirmar")


def _say_nothing(walker: Walker) -> None:
    walker.press("Publicar el comentario")


def _give_to_nobody(walker: Walker) -> None:
    walker.press("Asignar")


def _record_nobody(walker: Walker) -> None:
    walker.press("Registrar")


def _end_first(walker: Walker) -> None:
    walker.go(walker.page.get_by_role("link", name="Registrar el fin").first)


def _ask_nothing(walker: Walker) -> None:
    walker.press("Preguntar")


def _declare_nothing(walker: Walker) -> None:
    walker.press("Declarar")


def _score_nothing(walker: Walker) -> None:
    walker.page.get_by_label("Puntos, de 0 a 20").first.fill("21")
    walker.page.get_by_role("textbox", name="Comentario").first.fill("")
    walker.press("Dar la evaluación de nuevo")


def _add_nothing(walker: Walker) -> None:
    walker.press("Añadir al orden del día")


def _issue_nothing(walker: Walker) -> None:
    walker.press("Emitir con su número")


def _refuse_silently(walker: Walker) -> None:
    walker.press("Rechazar: Enmienda 1")


def _ask_nobody(walker: Walker) -> None:
    walker.press("Pedir la evaluación")


def _send_document(walker: Walker) -> None:
    nota: FilePayload = {"name": "nota.pdf", "mimeType": "application/pdf", "buffer": PDF}
    walker.page.locator("#file").set_input_files([nota])
    walker.press("Añadir el documento")


def _send_program(walker: Walker) -> None:
    program: FilePayload = {"name": "n.exe", "mimeType": "application/pdf", "buffer": b"MZ"}
    walker.page.locator("#file").set_input_files([program])
    walker.press("Añadir el documento")


def _remove_without_reason(walker: Walker) -> None:
    _send_document(walker)
    walker.go(walker.page.get_by_role("link", name="Retirar").first)
    walker.press("Retirar")


PUBLIC: Mapping[str, PageType] = {
    "home": PageType("/"),
    "catalogue": PageType("/catalogue"),
    "catalogue-nothing-found": PageType("/catalogue?q=zzzz"),
    "entry": PageType("/catalogue/{closed}"),
    "entry-decision": PageType("/catalogue/{closed}.1"),
    "map": PageType("/map"),
    "map-by-money": PageType("/map?measure=disbursed&kind=cooperation_request"),
    "network": PageType("/network"),
    "countries": PageType("/countries"),
    "country": PageType("/countries/PY"),
    "forums": PageType("/forums"),
    "statistics": PageType("/statistics"),
    "indicator": PageType("/statistics/foreign_born"),
    "topics": PageType("/topics"),
    "topic": PageType("/topics/labour_migration"),
    "population": PageType("/populations/returnees"),
    "alert": PageType("/alerts/new?topic=legislation"),
    "alert-refused": PageType("/alerts/new?topic=legislation", then=_no_address),
    "embed": PageType("/embed?country=PY"),
    "embedded-list": PageType("/embed/list?n=5"),
    "embedded-map": PageType("/embed/map?country=PY"),
    "fund": PageType("/fund"),
    "fund-postings": PageType("/fund/postings?kind=available"),
    "calls": PageType("/calls"),
    "call": PageType("/calls/{call}"),
    "bodies": PageType("/bodies"),
    "body": PageType("/bodies/ceam"),
    "body-in-2011": PageType("/bodies/ceam?day=2011-06-01"),
    "meetings": PageType("/meetings"),
    "meeting": PageType("/meetings/{meeting}"),
    "news": PageType("/news"),
    "results": PageType("/results"),
    "decisions": PageType("/decisions"),
    "decision": PageType("/decisions/{closed}/1"),
    "votes-of-a-state": PageType("/states/BR/votes"),
    "checkpoints": PageType("/verify/checkpoints"),
    "process": PageType("/process"),
    "contact": PageType("/contact"),
    "accessibility": PageType("/accessibility"),
    "open-data": PageType("/open-data"),
    "verify": PageType("/verify"),
    "sign-in": PageType("/sign-in"),
    "sign-in-refused": PageType("/sign-in", then=_refused_sign_in),
    "forgotten": PageType("/forgotten"),
    "process-good-practice": PageType("/process/good_practice"),
    "process-changes": PageType("/process/cooperation_request/changes/1/2"),
    "not-found": PageType("/catalogue/RICOMI-1999-9999"),
}
SIGNED_IN: Mapping[str, PageType] = {
    "work": PageType("/work", APPLICANT),
    "alerts": PageType("/alerts", APPLICANT),
    "facts": PageType("/cases/{closed}/facts", APPLICANT),
    "facts-waiting": PageType("/facts", APPLICANT),
    "pairs": PageType("/pairs", APPLICANT),
    "work-secretariat": PageType("/work", SECRETARIAT),
    "work-delegate": PageType("/work", DELEGATE),
    "cases": PageType("/cases", SECRETARIAT),
    "cases-filtered": PageType("/cases?waits=me&overdue=yes&from=2026-01-01", SECRETARIAT),
    "filters": PageType("/cases/filters?country=PY", SECRETARIAT),
    "filters-no-name": PageType("/cases/filters?country=PY", SECRETARIAT, _keep_nameless),
    "board": PageType("/cases/board", SECRETARIAT),
    "several": PageType("/cases/several", SECRETARIAT),
    "several-review": PageType("/cases/several", SECRETARIAT, _choose_all),
    "comments": PageType("/cases/{ceam_vote}/comments?audience=delegations", SECRETARIAT),
    "comments-empty": PageType("/cases/{secretariat_review}/comments", SECRETARIAT, _say_nothing),
    "assignment": PageType("/cases/{secretariat_review}/assignment", SECRETARIAT),
    "assignment-nobody": PageType("/cases/{submitted}/assignment", SECRETARIAT, _give_to_nobody),
    "new-case": PageType("/cases/new", APPLICANT),
    "case-draft": PageType("/cases/{draft}", APPLICANT),
    "case-review": PageType("/cases/{secretariat_review}", SECRETARIAT),
    "case-vote": PageType("/cases/{ceam_vote}", SECRETARIAT),
    "case-executing": PageType("/cases/{executing}", APPLICANT),
    "case-closed": PageType("/cases/{closed}", APPLICANT),
    "case-seeking-partner": PageType("/cases/{seeking_partner}", SECRETARIAT),
    "case-seeking-partner-offered": PageType("/cases/{seeking_partner}", PARTNER),
    "case-technical-review": PageType("/cases/{reviewed}", SECRETARIAT),
    "case-plan-review": PageType("/cases/{plan_review}", SECRETARIAT),
    "case-reallocation-vote": PageType("/cases/{reallocation_vote}", DELEGATE),
    "case-followed-up": PageType("/cases/{followed_up}", APPLICANT),
    "case-exercise": PageType("/cases/{exercise}", SECRETARIAT),
    "form-section": PageType("/cases/{draft}/forms/request", APPLICANT),
    "form-section-errors": PageType("/cases/{draft}/forms/request", APPLICANT, _go_on),
    "form-money-errors": PageType("/cases/{draft}/forms/request/money", APPLICANT, _wrong_money),
    "form-activities": PageType(
        "/cases/{draft}/forms/request/activities?add=activities", APPLICANT
    ),
    "form-budget": PageType("/cases/{returned}/forms/request/money", APPLICANT),
    "form-admissibility": PageType("/cases/{secretariat_review}/forms/admissibility", SECRETARIAT),
    "form-report": PageType("/cases/{executing}/forms/progress_report", APPLICANT),
    "confirm": PageType("/cases/{submitted}/do/start_review", SECRETARIAT),
    "confirm-reason-missing": PageType(
        "/cases/{secretariat_review}/do/return_for_clarification", SECRETARIAT, _no_reason
    ),
    "confirm-refused": PageType("/cases/{secretariat_review}/do/open_ballot", SECRETARIAT),
    "form-files": PageType("/cases/{secretariat_review}/forms/endorsement", SECRETARIAT),
    "documents": PageType("/cases/{executing}/documents", APPLICANT, _send_document),
    "documents-refused": PageType("/cases/{executing}/documents", APPLICANT, _send_program),
    "document-removal": PageType("/cases/{executing}/documents", APPLICANT, _remove_without_reason),
    "packet": PageType("/cases/{draft}/packets/request", APPLICANT),
    "dossier": PageType("/cases/{closed}/dossier/request/1", SECRETARIAT),
    "dossier-report": PageType("/cases/{closed}/dossier/final_report/1", SECRETARIAT),
    "ballot": PageType("/cases/{ceam_vote}/ballot?country=HT", DELEGATE),
    "ballot-unanswered": PageType("/cases/{ceam_vote}/ballot?country=HT", DELEGATE, _no_answer),
    "ballot-confirm": PageType("/cases/{ceam_vote}/ballot?country=HT", DELEGATE, _say_back),
    "ballot-record": PageType("/cases/{ceam_vote}/ballot/record", SECRETARIAT, _no_answer),
    "ballot-paper": PageType("/cases/{ceam_vote}/ballot/paper?country=HT", DELEGATE),
    "own-calendar": PageType("/profile/calendar", DELEGATE, _make_address),
    "ceam": PageType("/ceam", DELEGATE),
    "call-question-empty": PageType("/calls/{open_call}", APPLICANT, _ask_nothing),
    "call-answering": PageType("/calls/{open_call}", SECRETARIAT),
    "call-order": PageType("/calls/{call}/order", SECRETARIAT),
    "case-of-call": PageType("/cases/{call}", DELEGATE),
    "reviews": PageType("/reviews", REVIEWER),
    "review-declaration": PageType("/reviews/{reviewed}", NEW_REVIEWER, _declare_nothing),
    "review-scores": PageType("/reviews/{reviewed}", REVIEWER),
    "review-scores-wrong": PageType("/reviews/{reviewed}", REVIEWER, _score_nothing),
    "case-reviews": PageType("/cases/{reviewed}/reviews", SECRETARIAT),
    "case-reviews-nobody": PageType("/cases/{below}/reviews", SECRETARIAT, _ask_nobody),
    "awaiting-funds": PageType("/awaiting-funds", FUND),
    "fund-desk": PageType("/fund/desk", FUND),
    "fund-waiting": PageType("/fund/desk/waiting/acknowledge", FUND),
    "fund-pledge": PageType("/fund/desk/pledge", FUND),
    "fund-spending": PageType("/fund/desk/spending/new", FUND),
    "fund-statement": PageType("/fund/statements/case", FUND),
    "fund-lines": PageType("/fund/statements/case/{executing}", FUND),
    "fund-forecast": PageType("/fund/statements/forecast", FUND),
    "fund-expected": PageType("/fund/statements/forecast/undated", FUND),
    "gifts": PageType("/fund/desk/contributions", FUND),
    "gift-ageing": PageType("/fund/desk/ageing", FUND),
    "gift-icr": PageType("/fund/desk/icr", FUND),
    "fund-rates": PageType("/fund/rates", FUND),
    "studio": PageType("/process/cooperation_request/studio", SECRETARIAT),
    "studio-good-practice": PageType("/process/good_practice/studio", ADMINISTRATOR),
    "body-people": PageType("/bodies/ceam/people", SECRETARIAT),
    "chair-report": PageType("/bodies/ceam/report", SECRETARIAT),
    "body-people-wrong": PageType("/bodies/ceam/people", SECRETARIAT, _record_nobody),
    "body-end": PageType("/bodies/ceam/people", SECRETARIAT, _end_first),
    "body-rule": PageType("/bodies/ceam/rules/ordinary", SECRETARIAT),
    "people": PageType("/people", ADMINISTRATOR),
    "person-new": PageType("/people/new", ADMINISTRATOR),
    "profile": PageType("/profile", APPLICANT),
    "webhooks": PageType("/webhooks", APPLICANT),
    "webhook": PageType("/webhooks", APPLICANT, _subscribe),
    "inbox": PageType("/inbox", APPLICANT),
    "stand-ins": PageType("/stand-ins", DELEGATE),
    "stand-ins-refused": PageType("/stand-ins", SECRETARIAT, _no_stand_in),
    "stand-ins-all": PageType("/stand-ins/all", ADMINISTRATOR),
    "meeting-desk": PageType("/meetings/{meeting}/desk", CHAIR),
    "meeting-desk-draft": PageType("/meetings/{meeting_draft}/desk", SECRETARIAT),
    "meeting-desk-nameless": PageType("/meetings/{meeting_draft}/desk", SECRETARIAT, _add_nothing),
    "meeting-desk-session": PageType("/meetings/{meeting_held}/desk", CHAIR),
    "meeting-of-committee": PageType("/meetings/{meeting}", DELEGATE),
    "meeting-roll": PageType("/meetings/{meeting_held}/roll", RAPPORTEUR),
    "meeting-document": PageType("/meetings/{meeting}/documents/new", SECRETARIAT, _issue_nothing),
    "meeting-minutes": PageType("/meetings/{meeting}/minutes", DELEGATE),
    "meeting-minutes-write": PageType("/meetings/{meeting}/minutes", RAPPORTEUR, _refuse_silently),
    "meeting-tasks": PageType("/meeting-tasks", SECRETARIAT),
    "case-of-meeting": PageType("/cases/{meeting}", DELEGATE),
    "forbidden": PageType("/people", APPLICANT),
}
