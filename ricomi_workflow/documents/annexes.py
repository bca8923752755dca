"""The parts of a dossier beside the answers: ballots, indirect costs, files and reviews."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ricomi_workflow.ballots.queries import BallotView, VoteView
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case, capacity_with_role
from ricomi_workflow.contributions.indirect_costs import icr_budget_line, icr_rates, rate_label
from ricomi_workflow.documents.elements import Block, DocumentText, facts, heading, para, table
from ricomi_workflow.files.queries import Attachment
from ricomi_workflow.fund.rules import SourceShares
from ricomi_workflow.kernel.actors import Actor
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.localization import formats
from ricomi_workflow.reviews.queries import STAFF, CaseReviews, get_case_reviews
from ricomi_workflow.reviews.rows import Review
from ricomi_workflow.reviews.rules import Scheme, review_score, score_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from sqlalchemy import Connection


_KILO = 1024
_CALL = "call"  # the form whose terms name the criteria


def readable_reviews(
    connection: Connection, services: Services, reader: Actor, case: Case
) -> CaseReviews | None:
    """The reviews of a case, for the offices that may read them; None for everybody else."""
    if capacity_with_role(reader, case, *STAFF) is None:
        return None
    return get_case_reviews(connection, services, reader, case.ref)


def file_blocks(words: DocumentText, files: Sequence[Attachment]) -> Iterator[Block]:
    """Each attached file with its digest, removed ones with the reason."""
    columns = [
        (words.t(f"documents.{name}"), name == "size")
        for name in ("file", "size", "when", "digest")
    ]
    rows = [
        [
            f"{file.name}\n{_removed(words, file)}".strip(),
            words.t("file.kilobytes", n=max(1, round(file.size / _KILO))),
            words.briefly(file.at),
            file.sha256,
        ]
        for file in files
    ]
    if rows:
        yield table(words.t("documents.files_caption"), columns, rows)


def review_blocks(words: DocumentText, found: CaseReviews | None) -> Iterator[Block]:
    """What the reviews come to, and each with its points and comments."""
    if found is None or not found.reviews:
        return
    total = found.aggregate
    if total is None:
        yield para(words.t("reviews.no_score"), soft=True)
    else:
        yield facts(
            [
                (words.t("reviews.score_mean"), _figure(words, total.score)),
                (words.t("reviews.spread"), _figure(words, total.spread)),
            ]
        )
    for review in found.reviews:
        yield from _review(words, found.scheme, review)


def _review(words: DocumentText, scheme: Scheme, review: Review) -> Iterator[Block]:
    number = words.t("reviews.number", n=review.number)
    yield heading(f"{words.t('ui.before_what', label=number)} {review.name}", 2)
    whole = bool(review.points) and review.points.keys() >= scheme.weights.keys()
    total = _figure(words, review_score(scheme, review.points)) if whole else ""
    yield para(words.t(f"reviews.status_{review.status}"))
    yield facts([(words.t("reviews.total"), total)])
    if review.reason:
        yield para(words.quoted(review.reason))
    columns = [
        (words.t("calls.criterion"), False),
        (words.t("reviews.points"), True),
        (words.t("documents.comment"), False),
    ]
    rows = [
        [_criterion(words, name), str(review.points[name]), review.comments.get(name, "")]
        for name in scheme.weights
        if name in review.points
    ]
    if rows:
        yield table(words.t("documents.review_caption", name=review.name), columns, rows)


def _removed(words: DocumentText, file: Attachment) -> str:
    if file.removal is None:
        return ""
    return words.t("documents.file_removed", reason=file.removal.reason)


def _figure(words: DocumentText, score: Fraction) -> str:
    return formats.decimal(score_text(score), words.lang)


def _criterion(words: DocumentText, name: str) -> str:
    """A criterion as the form of a call names it; its own name where there are no calls."""
    forms = [form for form in words.services.library.forms.values() if form.name == _CALL]
    columns = [column for form in forms for column in form.field("criteria").columns]
    options = [option for column in columns for option in column.options]
    return next((option.label[words.lang] for option in options if option.value == name), name)


def ballot_blocks(words: DocumentText, ballots: Sequence[BallotView]) -> Iterator[Block]:
    """Each ballot with its rule, the text voted on, how it ended and what may be told of it."""
    for view in ballots:
        ballot = view.ballot
        closes_at = ballot.ended_at or ballot.closes_at
        yield heading(words.t("documents.round", number=ballot.round), 2)
        yield facts(
            [
                (words.t("case.rule"), ballot.rule.note[words.lang]),
                (words.t("documents.voted_text"), _ballot_text(words, view)),
                (words.t("documents.opened"), words.at(ballot.opened_at)),
                (words.t("documents.closes"), words.at(closes_at) if closes_at else ""),
                (words.t("documents.outcome"), _ballot_outcome(words, view)),
            ]
        )
        if not ballot.rule.confirmed:
            yield para(words.t("ui.unconfirmed"), soft=True)
        columns = [(words.t(f"documents.{name}"), False) for name in ("country", "position", "why")]
        rows = [_vote_row(words, vote) for vote in view.history if not vote.replaced]
        if rows:
            yield table(words.t("documents.votes"), columns, sorted(rows))


def _vote_row(words: DocumentText, vote: VoteView) -> list[str]:
    said = [text for text in (vote.reservation, vote.explanation) if text]
    return [
        words.country(vote.country),
        _vote_position(words, vote),
        " ".join(words.quoted(text) for text in said),
    ]


def _vote_position(words: DocumentText, vote: VoteView) -> str:
    if vote.taken_back:
        return words.t("case.voted_taken_back")
    told = words.t("documents.answered") if vote.sealed else words.t(f"case.voted_{vote.position}")
    return words.t("documents.void", position=told) if vote.void else told


def _ballot_text(words: DocumentText, view: BallotView) -> str:
    ballot = view.ballot
    if ballot.content_form is None:
        return ballot.content_digest
    form = words.services.library.forms[ballot.content_form]
    label = words.t("case.paper", form=form.label[words.lang], number=ballot.content_number)
    return f"{label}, {ballot.content_digest}"


def _ballot_outcome(words: DocumentText, view: BallotView) -> str:
    tally = view.tally
    if view.ballot.outcome is None:
        return words.t("documents.still_open")
    if tally is None:
        return words.t("documents.stays_sealed")
    figures = {"in_favour": tally.in_favour, "against": tally.against}
    return words.t(f"case.outcome_{view.ballot.outcome}", **figures)


def icr_blocks(words: DocumentText, financing: SourceShares, asked_at: datetime) -> Iterator[Block]:
    """The line beside what `financing` pays, at the rates of the day of the request.

    Nothing for a budget that nobody pays, or whose sources the reader may not know.
    """
    if not financing:
        return
    day = words.services.calendar.local_day(asked_at)
    made = icr_budget_line(financing, icr_rates(), day)
    rows: list[Json] = []
    for part in made.parts:
        source = words.t(f"fund.source_{part.source}")
        label = words.t("case.icr_part", source=source, rate=rate_label(part.rate, words.lang))
        rows.append(_icr_row("row", label, formats.amount(part.amount, words.lang)))
    whole = formats.amount(made.amount, words.lang)
    yield {
        "kind": "table",
        "caption": words.t("case.icr_caption", day=day),
        "columns": [
            {"text": words.t("documents.financed"), "number": False},
            {"text": words.t("ui.currency"), "number": True},
        ],
        "rows": [*rows, _icr_row("sum", words.t("case.icr_whole"), whole)],
    }
    unsure = "" if made.confirmed else f" {words.t('contributions.icr_unconfirmed')}"
    yield para(words.t("case.icr_note") + unsure, soft=True)


def _icr_row(kind: str, label: str, figure: str) -> Json:
    return {"kind": kind, "cells": [{"text": label}, {"text": figure}]}
