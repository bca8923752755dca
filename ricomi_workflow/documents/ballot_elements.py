"""The ballots of a case on paper, as anybody who reads the case may read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ricomi_workflow.ballots.queries import BallotView, VoteView
from ricomi_workflow.documents.elements import Block, facts, heading, para, table
from ricomi_workflow.documents.labels import DocumentText


def ballot_blocks(words: DocumentText, ballots: Sequence[BallotView]) -> Iterator[Block]:
    """Each ballot with its rule, the text voted on, how it ended and what may be told of it."""
    for view in ballots:
        ballot = view.ballot
        closes_at = ballot.ended_at or ballot.closes_at
        yield heading(words.t("papers.round", number=ballot.round), 2)
        yield facts(
            [
                (words.t("case.rule"), ballot.rule.note[words.lang]),
                (words.t("papers.voted_text"), _voted_text(words, view)),
                (words.t("papers.opened"), words.at(ballot.opened_at)),
                (words.t("papers.closes"), words.at(closes_at) if closes_at else ""),
                (words.t("papers.outcome"), _outcome(words, view)),
            ]
        )
        if not ballot.rule.confirmed:
            yield para(words.t("ui.unconfirmed"), soft=True)
        columns = [(words.t(f"papers.{name}"), False) for name in ("country", "position", "why")]
        rows = [_row(words, vote) for vote in view.history if not vote.replaced]
        if rows:
            yield table(words.t("papers.votes"), columns, sorted(rows))


def _row(words: DocumentText, vote: VoteView) -> list[str]:
    said = [text for text in (vote.reservation, vote.explanation) if text]
    return [
        words.country(vote.country),
        _position(words, vote),
        " ".join(words.quoted(text) for text in said),
    ]


def _position(words: DocumentText, vote: VoteView) -> str:
    if vote.taken_back:
        return words.t("case.voted_taken_back")
    told = words.t("papers.answered") if vote.sealed else words.t(f"case.voted_{vote.position}")
    return words.t("papers.void", position=told) if vote.void else told


def _voted_text(words: DocumentText, view: BallotView) -> str:
    ballot = view.ballot
    if ballot.content_form is None:
        return ballot.content_digest
    form = words.services.library.forms[ballot.content_form]
    label = words.t("case.paper", form=form.label[words.lang], number=ballot.content_number)
    return f"{label}, {ballot.content_digest}"


def _outcome(words: DocumentText, view: BallotView) -> str:
    tally = view.tally
    if view.ballot.outcome is None:
        return words.t("papers.still_open")
    if tally is None:
        return words.t("papers.stays_sealed")
    figures = {"in_favour": tally.in_favour, "against": tally.against}
    return words.t(f"case.outcome_{view.ballot.outcome}", **figures)
