"""Typesetting of a document: data in, a tagged PDF out, the same bytes for the same data.

The typesetter has the fonts in its own package and looks at nothing else on the machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from ricomi_workflow.documents.elements import Document

_TEMPLATES = Path(__file__).parent / "templates"
_NO_SIGN = "could not be displayed"
_REGIONS = {"es": "ES", "en": "US", "pt": "BR", "fr": "FR"}


def pdf(document: Document, lang: str, template: str = "paper.typ") -> bytes:
    """The PDF of a document in `lang`, tagged for assistive technology (PDF/UA-1).

    Where the fonts lack a character that somebody wrote, the PDF shows a box there, is tagged all
    the same, and does not call itself PDF/UA.
    """
    import typst  # noqa: PLC0415 - heavy, and most processes never print

    made = datetime.fromisoformat(str(document["made"]))
    moment = [made.year, made.month, made.day, made.hour, made.minute, made.second]
    data = {**document, "lang": lang, "region": _REGIONS[lang], "moment": moment}
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
