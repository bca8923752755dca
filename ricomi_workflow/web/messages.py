"""Sentences for refusals, mistakes and acts in the language and zone of this request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ricomi_workflow.cases.audit_text import AuditText
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import FieldError, Refusal
from ricomi_workflow.localization import formats
from ricomi_workflow.localization.message_text import MessageText
from ricomi_workflow.reference_data import country_names
from ricomi_workflow.web.components import Reason
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t, zone


def reason(refusal: Refusal) -> Reason:
    """Why an act is not possible, and what or who would make it possible."""
    speaker = _speaker()
    return Reason(speaker.why(refusal), speaker.need(refusal), refusal.code)


def mistake(error: FieldError) -> str:
    """What is wrong with a field, with its figures."""
    return _speaker().mistake(error)


def show_params(params: Mapping[str, object]) -> dict[str, object]:
    """Parameters as a sentence of the reader's language takes them."""
    return _speaker().said(params)


def offices(roles: Sequence[str]) -> str:
    """The names of offices in a sentence."""
    return _speaker().offices(roles)


def role_label(role: Role, country: str | None) -> str:
    """An office with its country: `Punto focal, Paraguay`."""
    words = t(f"ui.role_{role}")
    return f"{words}, {formats.country(country, language())}" if country else words


def donor_name(donor: str) -> str:
    """A donor as it is called in the reader's language."""
    return country_names.donor_name(donor, services().reference, language())


def countries(codes: Sequence[str]) -> str:
    """The names of countries in a sentence, in the order of the reader's alphabet."""
    return _speaker().countries(codes)


def actor_label() -> AuditText:
    """Who tells what was done."""
    return AuditText(services().texts, language(), zone())


def _speaker() -> MessageText:
    return MessageText(services().texts, language(), zone())
