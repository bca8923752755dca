"""The order of a call put together: the table as frozen or as it would be, and its files."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from openpyxl import Workbook

from ricomi_workflow.calls.queries import Call, get_call
from ricomi_workflow.identity.queries import Holder, list_holders
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.canonical import Json, digest
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import Shown, escape_formula, join_clauses
from ricomi_workflow.localization import formats
from ricomi_workflow.localization.workbooks import cell_at, save_workbook, write_amount, write_text
from ricomi_workflow.reviews.ranking_documents import (
    FrozenRanking,
    find_latest_ranking,
    list_call_requests,
    rank_requests,
    ranking_document,
)
from ricomi_workflow.reviews.rows import review_reference
from ricomi_workflow.reviews.rules import Position
from ricomi_workflow.web.calls.calls_view import CALL, criterion_label
from ricomi_workflow.web.components import Facts
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, money, t
from ricomi_workflow.web.messages import case_title

if TYPE_CHECKING:
    from openpyxl.cell import Cell as SheetCell
    from openpyxl.worksheet.worksheet import Worksheet
    from sqlalchemy import Connection

READERS = (
    Role.SECRETARIAT,
    Role.CHAIR,
    Role.VICE_CHAIR,
    Role.CEAM_DELEGATE,
    Role.CEAM_ALTERNATE,
    Role.FUND_ADMINISTRATOR,
    Role.AUDITOR,
)
REFUSE = "refuse_by_ranking"
_REVIEWING = "call_review"
Cell = str | int | Decimal | Money  # of the order as it is taken along


@dataclass(frozen=True, slots=True)
class RankingLine:
    """One request of the order."""

    ref: str
    title: Shown
    country: str
    institution: str
    subregion: str
    place: str
    score: str
    asked: Money
    cumulative: Money | None
    standing: str
    words: str
    notes: tuple[str, ...]
    ends_here: bool  # the envelope ends after this line


@dataclass(frozen=True, slots=True)
class CallRanking:
    """The order of a call in hand: its document, frozen or as it would be now."""

    call: Call
    content: Mapping[str, Json]
    frozen: FrozenRanking | None
    differs: bool


@dataclass(frozen=True, slots=True)
class RankingPage:
    """What the template of a ranking draws beside the ranking."""

    ranking: CallRanking
    lines: tuple[RankingLine, ...]
    facts: Facts
    rule: str
    subregions: tuple[tuple[str, int, int], ...]
    below: tuple[str, ...]  # the requests that the reader may refuse as not funded
    reviewers: tuple[Holder, ...]  # whom the reader may ask about all requests


def find_call_ranking(connection: Connection, ref: str, reader: Actor) -> CallRanking | None:
    """The frozen order of a call; for the Secretariat also one that is not frozen yet.

    None when there is none to show. Raises: NotFound.
    """
    call = get_call(connection, services(), ref)
    frozen = find_latest_ranking(connection, call.id)
    if call.state != _REVIEWING or not _is_staff(reader, ref):
        return CallRanking(call, frozen.content, frozen, differs=False) if frozen else None
    requests = list_call_requests(connection, services(), call)
    now = ranking_document(call, requests, rank_requests(call, requests))
    if frozen is None:
        return CallRanking(call, now, None, differs=False)
    return CallRanking(call, frozen.content, frozen, differs=digest(now) != frozen.digest)


def ranking_page(connection: Connection, order: CallRanking, reader: Actor) -> RankingPage:
    """The page of an order."""
    content, frozen = order.content, order.frozen
    lines = _lines(content)
    below = tuple(str(line["ref"]) for line in lines if line["standing"] == Position.BELOW)
    refuses = frozen and frozen.adopted_at and _is_staff(reader, order.call.ref)
    return RankingPage(
        ranking=order,
        lines=tuple(_line(line, lines) for line in lines),
        facts=(
            (t("calls.envelope"), money(_amount(content["envelope"]), language())),
            (t("reviews.given"), money(_amount(content["given"]), language())),
            (t("reviews.left"), money(_amount(content["left"]), language())),
        ),
        rule=_rule(content),
        subregions=_subregions(content),
        below=below if refuses else (),
        reviewers=_reviewers(connection, order, reader),
    )


def ranking_sheet(order: CallRanking) -> list[list[Cell]]:
    """The order as rows of a sheet, headed in the reader's language."""
    names = [criterion_label(str(pair[0])) for pair in _pairs(order.content["weights"])]
    heads = ["place", "case", "country", "subregion", "institution", "title", "score"]
    ends = ["asked", "cumulative", "standing", "notes"]
    head = [*(t(f"reviews.col_{n}") for n in heads), *names, *(t(f"reviews.col_{n}") for n in ends)]
    rows: list[list[Cell]] = [[*head]]
    lines = _lines(order.content)
    for raw in lines:
        line = _line(raw, lines)
        points = [_figure(each[1]) for each in _pairs(raw["criteria"])] or [""] * len(names)
        rows.append(
            [
                line.place,
                line.ref,
                line.country,
                line.subregion,
                line.institution,
                line.title.text,
                _figure(raw["score"]),
                *points,
                line.asked,
                line.cumulative or "",
                line.words,
                join_clauses(line.notes, language()),
            ]
        )
    return rows


def as_csv(order: CallRanking) -> bytes:
    """The order as comma-separated values, marked as UTF-8 for spreadsheets."""
    out = io.StringIO()
    for row in ranking_sheet(order):
        csv.writer(out).writerow(escape_formula(x) if isinstance(x, str) else str(x) for x in row)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(order: CallRanking) -> bytes:
    """The order as a workbook: one sheet, the digest of the frozen document below it.

    Places, scores and amounts are numbers, whatever was typed is text.
    """
    book = Workbook()
    page: Worksheet = book.worksheets[0]
    page.title = t("reviews.order")[:31]
    rows = ranking_sheet(order)
    if order.frozen:
        rows += [[], [t("reviews.digest"), order.frozen.digest]]
    for row, cells in enumerate(rows, start=1):
        for column, cell in enumerate(cells, start=1):
            _put(cell_at(page, row, column), cell)
    page.freeze_panes = "A2"
    return save_workbook(book, t("reviews.order"), services().uow.clock.now(), language())


def position_label(line: Mapping[str, Json]) -> str:
    """Where a request stands, in words: `Above the line`."""
    return t(f"reviews.standing_{line['standing']}")


def line_notes(line: Mapping[str, Json]) -> tuple[str, ...]:
    """What else is to be known of a line: ties, balance, disagreement."""
    apart = [criterion_label(str(c[0])) for c in _pairs(line["criteria"]) if c[3]]
    found = [
        t("reviews.note_tied") if line["tied"] else "",
        t("reviews.note_broken") if line["broken"] else "",
        t("reviews.note_passed") if line["passed_over"] else "",
        t("reviews.note_apart", criteria=formats.list_text(apart, language())) if apart else "",
    ]
    return tuple(note for note in found if note)


def line_score(line: Mapping[str, Json]) -> str:
    """The score of a line as the reader's language writes it."""
    return formats.decimal(str(line["score"]), language()) if line["score"] else "—"


def subregion_name(name: str) -> str:
    """A subregion as it is called; the word for those that none names."""
    label = review_reference().subregions.get(name)
    return label[language()] if label else t("reviews.subregion_other")


def _is_staff(reader: Actor, ref: str) -> bool:
    """Whether the reader is of the Secretariat, or stands in for somebody who is."""
    return any(each.has(Role.SECRETARIAT) for each in reader.capacities(CALL, ref))


def _reviewers(connection: Connection, order: CallRanking, reader: Actor) -> tuple[Holder, ...]:
    if order.call.state != _REVIEWING or not _is_staff(reader, order.call.ref):
        return ()
    today = services().calendar.local_day(services().uow.clock.now())
    found = list_holders(connection, today, [(Role.REVIEWER, None)])
    return tuple(sorted(found, key=lambda holder: holder.name))


def _line(line: Mapping[str, Json], lines: Sequence[Mapping[str, Json]]) -> RankingLine:
    given = [each for each in lines if each["standing"] == Position.ABOVE]
    ref, title = str(line["ref"]), line["title"]
    place = line["place"]
    return RankingLine(
        ref=ref,
        title=case_title(
            {str(k): str(v) for k, v in title.items()} if isinstance(title, Mapping) else None
        ),
        country=formats.country(str(line["country"]), language()),
        institution=str(line["institution"]),
        subregion=subregion_name(str(line["subregion"])),
        place=(f"{place}=" if line["tied"] else str(place)) if place else "—",
        score=line_score(line),
        asked=_amount(line["asked"]),
        cumulative=_amount(line["cumulative"]) if line["cumulative"] else None,
        standing=str(line["standing"]),
        words=position_label(line),
        notes=line_notes(line),
        ends_here=bool(given) and line is given[-1] and len(given) < len(lines),
    )


def _rule(content: Mapping[str, Json]) -> str:
    tie, balance = content["tie_break"], content["balance"]
    said = [t("calls.line")]
    said.append(
        t("calls.tie_broken", criterion=criterion_label(str(tie))) if tie else t("calls.tie_kept")
    )
    said.append(
        t("calls.balance", n=balance) if isinstance(balance, int) else t("calls.no_balance")
    )
    return " ".join(said)


def _subregions(content: Mapping[str, Json]) -> tuple[tuple[str, int, int], ...]:
    found = content["subregions"]
    pairs = found.items() if isinstance(found, Mapping) else ()
    return tuple(
        (subregion_name(str(name)), int(str(counts[0])), int(str(counts[1])))
        for name, counts in pairs
        if isinstance(counts, list)
    )


def _lines(content: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    found = content["lines"]
    return [line for line in found if isinstance(line, Mapping)] if isinstance(found, list) else []


def _pairs(value: Json) -> list[list[Json]]:
    return (
        [list(pair) for pair in value if isinstance(pair, list)] if isinstance(value, list) else []
    )


def _amount(value: Json) -> Money:
    return Money.parse(str(value))


def _put(place: SheetCell, cell: Cell) -> None:
    if isinstance(cell, Money):
        write_amount(place, cell)
    elif isinstance(cell, str):
        write_text(place, cell)
    else:
        place.value = cell


def _figure(value: Json) -> Decimal | str:
    """A score, which travels as text, as the number that it is."""
    return Decimal(str(value)) if value else ""
