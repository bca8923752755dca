"""The fixed words of a workbook, in the language for which it is made."""

from __future__ import annotations

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.definitions.model import FormDef
from ricomi_workflow.kernel.clock import parse_iso
from ricomi_workflow.kernel.text import show
from ricomi_workflow.localization import formats
from ricomi_workflow.offline_forms.signature import Claims
from ricomi_workflow.offline_forms.workbook_reader import YES_NO
from ricomi_workflow.offline_forms.workbook_writer import WorkbookLabels

_GUIDE = ("cells", "lists", "money", "days", "rows", "keep", "bring")


def form_labels(
    services: Services, case: Case, form: FormDef, claims: Claims, maker: str
) -> WorkbookLabels:
    """The words of the workbook of a form of a case."""
    lang, texts = claims.lang, services.texts

    def t(key: str, **params: object) -> str:
        return texts.text(f"packet.{key}", lang, **params)

    made = formats.instant_at(parse_iso(claims.at), lang, services.calendar.zone)
    yes, no = YES_NO[lang]
    return WorkbookLabels(
        read_me=t("read_me"),
        title=form.label[lang],
        facts=(
            (t("case"), f"{case.ref} {show(case.title or {}, lang).text}".strip()),
            (t("made"), made),
            (t("maker"), maker),
        ),
        guide=tuple(t(f"guide_{name}") for name in _GUIDE),
        question=t("question"),
        answer=t("answer"),
        help=t("help"),
        yes=yes,
        no=no,
    )
