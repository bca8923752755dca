"""The fixed words of a ballot paper, in the language for which it is made."""

from __future__ import annotations

from datetime import datetime

from ricomi_workflow.ballots.rows import Ballot
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.kernel.text import show
from ricomi_workflow.localization import formats
from ricomi_workflow.offline_forms.workbook_reader import YES_NO
from ricomi_workflow.offline_forms.workbook_writer import WorkbookLabels

_GUIDE = ("cells", "choose", "keep", "bring", "late")


def ballot_labels(
    services: Services, case: Case, ballot: Ballot, country: str, made: tuple[str, str, datetime]
) -> WorkbookLabels:
    """The words of the paper of `country`; `made`: in which language, by whom and when."""
    lang, maker, at = made
    zone = services.calendar.zone

    def t(key: str, **params: object) -> str:
        return services.texts.text(key, lang, **params)

    title = show(case.title or {}, lang).text if case.title else ""
    facts = [
        (t("packet.case"), f"{case.ref} {title}".strip()),
        (t("ballot.record_state"), formats.country(country, lang)),
        (t("ballot.earlier_round", n=ballot.round), t(f"ballot.secrecy_{ballot.secrecy}")),
        (t("ballot.sealed"), ballot.content_digest),
        (t("case.rule"), ballot.rule.note[lang]),
    ]
    if ballot.question:
        facts.insert(2, (t("ballot.question_itself"), show(ballot.question, lang).text))
    if ballot.closes_at:
        facts.append((t("ballot.closing"), formats.instant_at(ballot.closes_at, lang, zone)))
    facts += [
        (t("packet.made"), formats.instant_at(at, lang, zone)),
        (t("packet.maker"), maker),
    ]
    yes, no = YES_NO[lang]
    return WorkbookLabels(
        read_me=t("packet.read_me"),
        title=t("ballot.paper"),
        facts=tuple(facts),
        guide=tuple(t(f"ballot.paper_guide_{name}") for name in _GUIDE),
        question=t("packet.question"),
        answer=t("packet.answer"),
        help=t("packet.help"),
        yes=yes,
        no=no,
    )
