"""What a ballot paper asks, put as the small form that the workbook of any form is made from."""

from __future__ import annotations

from ricomi_workflow.ballots.rules import CASTABLE, Position
from ricomi_workflow.cases.act import Services
from ricomi_workflow.definitions.model import FieldDef, FieldType, FormDef, Option, Section
from ricomi_workflow.kernel.text import LANGUAGES, LocalizedText
from ricomi_workflow.offline_forms.layout import Layout
from ricomi_workflow.reference_data.decision_rules import Recusal, Rule

POSITION, RESERVATION, EXPLANATION = "position", "reservation", "explanation"


def ballot_layout(services: Services, rule: Rule | None, lang: str) -> Layout:
    """The sheet of a paper; `rule` None: with every answer that there can be."""
    allowed = [p for p in CASTABLE if rule is None or may_choose(p, rule)]

    def text(key: str) -> LocalizedText:
        return LocalizedText(**{lang: services.texts.text(key, lang) for lang in LANGUAGES})

    asked = (
        FieldDef(
            POSITION,
            FieldType.CHOICE,
            text("ballot.record_position"),
            text("ballot.paper_position_help"),
            options=tuple(Option(p.value, text(f"case.choice_{p}")) for p in allowed),
        ),
        FieldDef(
            RESERVATION,
            FieldType.LONG_TEXT,
            text("ballot.reservation"),
            text("ballot.reservation_help"),
            required=False,
        ),
        FieldDef(
            EXPLANATION,
            FieldType.LONG_TEXT,
            text("ballot.explanation"),
            text("ballot.explanation_help"),
            required=False,
        ),
    )
    section = Section("answer", text("ballot.paper_section"), asked)
    form = FormDef("ballot_paper", 1, text("ballot.paper"), (section,))
    return Layout(form, services.lookups, lang, frozenset(field.name for field in asked))


def may_choose(position: Position, rule: Rule) -> bool:
    """Whether a state may be asked for this answer: it steps aside only where that has a sense."""
    return position is not Position.RECUSED or rule.recusal is Recusal.LEAVES
