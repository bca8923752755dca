"""The pages on which an act on gifts is filled in and said back."""

from __future__ import annotations

from dataclasses import replace

from flask import url_for

from ricomi_workflow.kernel.errors import DomainError
from ricomi_workflow.web.components import Confirmation, Facts
from ricomi_workflow.web.contributions.change_actions import ENDS
from ricomi_workflow.web.contributions.receipt_actions import Said
from ricomi_workflow.web.fund.treasury_confirmation import RecordPage, record_page
from ricomi_workflow.web.fund.treasury_forms import Filled
from ricomi_workflow.web.i18n import t


def act_page(
    act: str,
    ref: str,
    sent: Filled,
    *,
    about: Facts,
    seen: str,
    error: DomainError | None = None,
) -> RecordPage:
    """The form of an act, with what was typed and what stands against it."""
    page = record_page(sent, t(f"contributions.form_{act}"), _action(act, ref), error)
    return replace(page, facts=about, seen=seen)


def said_page(act: str, ref: str, sent: Filled, said: Said, seen: str) -> RecordPage:
    """The act said back, with what it will do to the books."""
    page = record_page(sent, t(f"contributions.form_{act}"), _action(act, ref), None)
    return replace(page, seen=seen, oath=_oath(act, ref, said), effects=said.effects)


def _action(act: str, ref: str) -> str:
    if act in ENDS:
        return url_for("gifts.end", ref=ref, act=act)
    if ref:
        return url_for("gifts.record_of", ref=ref, act=act)
    return url_for("gifts.record", act=act)


def _oath(act: str, ref: str, said: Said) -> Confirmation:
    params = {"ref": ref, **said.params}
    return Confirmation(
        opening=t(f"contributions.{act}_opening", **params),
        said=said.said,
        closing=t(f"contributions.{act}_closing", **params),
        recorded=t(f"contributions.{act}_recorded", **params),
        change=t(f"contributions.{act}_change", **params),
        button=t(f"contributions.{act}_button", **params),
        back=t("ballot.back"),
        back_href=_action(act, ref),
    )
