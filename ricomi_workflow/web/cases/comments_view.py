"""Comments on a case, for one reader: those they may read, and a place to write one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from ricomi_workflow.cases.locked_case import Case, roles_on
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.collaboration.comments import (
    Comment,
    list_comments,
    list_mentionable,
    may_withdraw,
)
from ricomi_workflow.collaboration.rules import Audience, audiences_of
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.identity.queries import Holder
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.kernel.text import Shown
from ricomi_workflow.localization import formats
from ricomi_workflow.web.current_user import actor, address, services
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import case_title, office_label
from ricomi_workflow.web.plain_forms import PlainForm

LATEST = 5  # on the page of the case; all of them have a page of their own


@dataclass(frozen=True, slots=True)
class CommentRow:
    """One comment in words; a withdrawn one says by whom and why instead of what it said."""

    anchor: str
    audience: str
    by: str  # the author and their office; of a stand-in, both names
    at: datetime
    paragraphs: tuple[str, ...]
    mentioned: str
    withdrawn: str
    withdraw_href: str


@dataclass(frozen=True, slots=True)
class CommentsSection:
    """The latest comments, for the page of a case; None of it for who belongs to no audience."""

    rows: tuple[CommentRow, ...]
    more: int
    audiences: tuple[Audience, ...]


@dataclass(frozen=True, slots=True)
class CommentsPage:
    """Every comment that the reader may read, and the form for one more."""

    ref: str
    title: Shown
    rows: tuple[CommentRow, ...]
    audiences: tuple[Audience, ...]
    chosen: Audience
    country: str  # of the case
    people: Sequence[Holder]
    mentioned: Collection[str]
    seen: int


def comments_section(tx: Tx, case: Case) -> CommentsSection | None:
    """What the page of a case shows of its comments."""
    own = audiences_of(roles_on(tx.actor, case))
    if not own:
        return None
    found = list_comments(tx.connection, services(), tx.actor, case)
    rows = tuple(_row(case, each) for each in found[-LATEST:])
    more = max(len(found) - LATEST, 0)
    return CommentsSection(rows, more, own)


def comments_page(tx: Tx, ref: str, audience: str, form: PlainForm) -> CommentsPage:
    """The page of comments for the reader, writing to `audience` or to the narrowest of theirs.

    Raises `NotFound` when the case or every audience is closed to the reader.
    """
    case = get_case(tx.connection, services(), tx.actor, ref)
    own = audiences_of(roles_on(tx.actor, case))
    if not own:
        raise NotFound("comments", ref)
    chosen = Audience(audience) if audience in own else own[0]
    found = list_comments(tx.connection, services(), tx.actor, case)
    people = list_mentionable(tx, services(), case, chosen)
    return CommentsPage(
        ref=ref,
        title=case_title(case.title),
        rows=tuple(_row(case, each) for each in found),
        audiences=own,
        chosen=chosen,
        country=case.country,
        people=people,
        mentioned=form.values.get("mentions", "").split(),
        seen=max((c.number for c in found if c.audience == chosen), default=0),
    )


def find_comment(tx: Tx, ref: str, audience: str, number: int) -> tuple[Case, CommentRow]:
    """One comment that the reader may withdraw. Raises `NotFound`."""
    case = get_case(tx.connection, services(), tx.actor, ref)
    for each in list_comments(tx.connection, services(), tx.actor, case):
        if (str(each.audience), each.number) == (audience, number):
            return case, _row(case, each)
    raise NotFound("comment", f"{ref} {audience} {number}")


def audience_name(audience: str) -> str:
    """What an audience is called."""
    return t(f"collaboration.audience_{audience}")


def _row(case: Case, comment: Comment) -> CommentRow:
    where = {"ref": case.ref, "audience": str(comment.audience), "number": comment.number}
    gone = comment.withdrawn
    mine = may_withdraw(actor(), comment.by_id) and not gone
    return CommentRow(
        anchor=f"{comment.audience}-{comment.number}",
        audience=audience_name(comment.audience),
        by=_by(comment),
        at=comment.at,
        paragraphs=tuple(line for line in comment.body.split("\n") if line.strip()),
        mentioned=_names(comment.mentioned),
        withdrawn=t("collaboration.withdrawn", by=gone.by, reason=gone.reason) if gone else "",
        withdraw_href=address("collaboration.withdrawal", **where) if mine else "",
    )


def _by(comment: Comment) -> str:
    office = office_label(comment.office)
    if not comment.acted_for:
        return t("collaboration.person_of", person=comment.by, office=office)
    return t("delegation.acted", office=office, by=comment.by, giver=comment.acted_for)


def _names(names: Sequence[str]) -> str:
    return formats.list_text(list(names), language()) if names else ""
