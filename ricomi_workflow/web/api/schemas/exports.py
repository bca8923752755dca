"""The shape of a question whose whole answer is taken along."""

from __future__ import annotations

from ricomi_workflow.web.api.schemas.catalogue import EntryQuestion


class ExportQuestion(EntryQuestion):
    """Which entries to take: all that fit."""

    class Meta:
        """Without the parts of a page."""

        exclude = ("after", "limit")
