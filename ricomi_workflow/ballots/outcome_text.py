"""Why a ballot ends as it does, in words: from the verdict that decides it, and no other."""

from __future__ import annotations

from collections.abc import Iterator

from ricomi_workflow.ballots.rules import Ground, Outcome, Verdict
from ricomi_workflow.definitions.texts import Texts


def outcome_reason(verdict: Verdict, texts: Texts, lang: str) -> str:
    """Why a ballot ends so: by which figures it carries, is lost or decides nothing."""
    return " ".join(_sentences(verdict, texts, lang))


def if_closed_now(verdict: Verdict, texts: Texts, lang: str) -> str:
    """The same of an open ballot: what it would be if nobody else answered."""
    return texts.text("verdict.closing_now", lang, why=outcome_reason(verdict, texts, lang))


def _sentences(verdict: Verdict, texts: Texts, lang: str) -> Iterator[str]:
    key = str(verdict.ground)
    if verdict.ground is Ground.TIE:
        key = "tie_undecided" if verdict.outcome is Outcome.UNDECIDED else "tie_lost"
    yield texts.text(f"verdict.{key}", lang, **verdict._asdict())
    if verdict.consenting and verdict.outcome is not Outcome.BROKEN:
        yield texts.text("verdict.consenting", lang, n=verdict.consenting)
