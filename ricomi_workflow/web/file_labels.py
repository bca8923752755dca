"""What pages say of a file: how large it is, and what may be done with it."""

from __future__ import annotations

from babel.numbers import format_decimal

from ricomi_workflow.definitions.number_formats import locale_of
from ricomi_workflow.files.queries import FileStatus
from ricomi_workflow.web.i18n import language, t

_KILO = 1024


def file_size(size: int) -> str:
    """Bytes as a reader takes them: whole kilobytes, megabytes with one decimal."""
    if size < _KILO * _KILO:
        return t("file.kilobytes", n=max(1, round(size / _KILO)))
    figure = format_decimal(size / _KILO / _KILO, format="#,##0.0", locale=locale_of(language()))
    return t("file.megabytes", figure=figure)


def file_status_label(standing: FileStatus, found: str) -> str:
    """Why a file is not offered to everybody; empty when it is."""
    if standing is FileStatus.OFFERED:
        return ""
    return t(f"file.{standing}", found=found)
