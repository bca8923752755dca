"""Points of a return in its form: each at its field, or at the head of its section."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from ricomi_workflow.cases.requested_changes import RequestedChange, visible_changes
from ricomi_workflow.definitions.model import FormDef
from ricomi_workflow.web.forms.form_parts import SectionView
from ricomi_workflow.web.i18n import t


def with_points(
    views: Sequence[SectionView],
    form: FormDef,
    points: Sequence[RequestedChange],
    hidden: Collection[str],
) -> tuple[SectionView, ...]:
    """The sections of a form, each point at its field or at the head of its section."""
    seen = visible_changes(points, form, hidden)
    return tuple(
        replace(
            view,
            points=_texts(p for p in seen if p.section == view.name and p.field is None),
            fields=tuple(
                replace(f, points=_texts(p for p in seen if p.field == f.name)) for f in view.fields
            ),
        )
        if any(p.section == view.name for p in seen)
        else view
        for view in views
    )


def _texts(points: Iterable[RequestedChange]) -> tuple[str, ...]:
    return tuple(p.text or t("points.see_reason") for p in points)
