"""A paper set in type: data in, a tagged PDF out, the same bytes for the same data.

The typesetter has the fonts in its own package and looks at nothing else on the machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from ricomi_workflow.cases.act import Services
from ricomi_workflow.documents.dossier import (
    DocumentData,
    dossier_data,
    read_dossier,
    read_submission,
    submission_data,
)
from ricomi_workflow.kernel.actors import Actor

_TEMPLATES = Path(__file__).parent / "templates"
_NO_SIGN = "could not be displayed"
_REGIONS = {"es": "ES", "en": "US", "pt": "BR", "fr": "FR"}


def pdf(paper: DocumentData, template: str = "paper.typ") -> bytes:
    """The PDF of a paper drawn by a template, tagged for assistive technology (PDF/UA-1).

    Somebody may have written what the fonts have no sign for: such a paper is tagged all the same,
    shows a box there, and does not call itself PDF/UA.
    """
    import typst  # noqa: PLC0415 - heavy, and most processes never print

    made = datetime.fromisoformat(str(paper["made"]))
    moment = [made.year, made.month, made.day, made.hour, made.minute, made.second]
    data = {**paper, "region": _REGIONS[str(paper["lang"])], "moment": moment}
    try:
        return _compiled(template, data, int(made.timestamp()), whole=True)
    except typst.TypstError as error:
        if _NO_SIGN not in str(error):
            raise
        return _compiled(template, data, int(made.timestamp()), whole=False)


def _compiled(template: str, data: Mapping[str, object], moment: int, *, whole: bool) -> bytes:
    """The PDF; as PDF/UA only if it is `whole`, each sign in one of the fonts."""
    import typst  # noqa: PLC0415 - as above

    return typst.compile(
        str(_TEMPLATES / template),
        root=str(_TEMPLATES),
        ignore_system_fonts=True,
        font_paths=[],
        format="pdf",
        sys_inputs={"paper": json.dumps(data, ensure_ascii=False)},
        pdf_standards="ua-1" if whole else None,
        timestamp=moment,
    )


def dossier_pdf(services: Services, reader: Actor, ref: str, lang: str) -> bytes:
    """The whole case `ref` as one PDF for its reader; raises `NotFound`."""
    with services.uow.read() as connection:
        read = read_dossier(connection, services, reader, ref)
    return pdf(dossier_data(services, lang, read))


def submission_pdf(
    services: Services, reader: Actor, ref: str, which: tuple[str, int], lang: str
) -> bytes:
    """One submission, by form and number, as a PDF for its reader; raises `NotFound`."""
    with services.uow.read() as connection:
        found = read_submission(connection, services, reader, ref, which)
    return pdf(submission_data(services, lang, *found))
