"""What is kept beside the papers of a case: its attached files and its technical reviews."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case, capacity_with_role
from ricomi_workflow.documents.elements import Block, facts, heading, para, table
from ricomi_workflow.documents.labels import DocumentText
from ricomi_workflow.files.queries import Attachment
from ricomi_workflow.kernel.actors import Actor
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
        (words.t(f"papers.{name}"), name == "size") for name in ("file", "size", "when", "digest")
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
        yield table(words.t("papers.files_caption"), columns, rows)


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
        (words.t("papers.comment"), False),
    ]
    rows = [
        [_criterion(words, name), str(review.points[name]), review.comments.get(name, "")]
        for name in scheme.weights
        if name in review.points
    ]
    if rows:
        yield table(words.t("papers.review_caption", name=review.name), columns, rows)


def _removed(words: DocumentText, file: Attachment) -> str:
    if file.removal is None:
        return ""
    return words.t("papers.file_removed", reason=file.removal.reason)


def _figure(words: DocumentText, score: Fraction) -> str:
    return formats.decimal(score_text(score), words.lang)


def _criterion(words: DocumentText, name: str) -> str:
    """A criterion as the form of a call names it; its own name where there are no calls."""
    forms = [form for form in words.services.library.forms.values() if form.name == _CALL]
    columns = [column for form in forms for column in form.field("criteria").columns]
    options = [option for column in columns for option in column.options]
    return next((option.label[words.lang] for option in options if option.value == name), name)
