"""What a paper calls things, in its language and in the time of the Secretariat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.audit_text import AuditText
from ricomi_workflow.kernel.text import Shown, show
from ricomi_workflow.localization import formats
from ricomi_workflow.localization.submission_text import SubmissionText


@dataclass(frozen=True, slots=True)
class DocumentText:
    """One language, with the texts and lists of the product."""

    services: Services
    lang: str

    @property
    def reader(self) -> SubmissionText:
        """Who reads forms in this language."""
        return SubmissionText(self.lang, self.services.lookups)

    @property
    def teller(self) -> AuditText:
        """Who tells what was done."""
        return AuditText(self.services.texts, self.lang, self.services.calendar.zone)

    def t(self, key: str, **params: object) -> str:
        """The sentence `key`, amounts and days written in it."""
        return self.teller.t(key, **params)

    def at(self, moment: datetime) -> str:
        """An instant with its place."""
        return formats.instant_at(moment, self.lang, self.services.calendar.zone)

    def briefly(self, moment: datetime) -> str:
        """An instant in short."""
        return formats.instant(moment, self.lang, self.services.calendar.zone)

    def country(self, code: str) -> str:
        """The name of a country."""
        return formats.country(code, self.lang)

    def countries(self, codes: Sequence[str]) -> str:
        """The names of countries in a sentence."""
        return formats.list_text(sorted(self.country(code) for code in codes), self.lang)

    def title(self, title: Mapping[str, str] | None) -> Shown:
        """The title of a case, or the words for one that has none yet."""
        if title:
            return show(title, self.lang)
        return Shown(self.t("case.untitled"), self.lang, is_original=False)

    def quoted(self, text: str) -> str:
        """A text in the quotation marks of the language."""
        return self.t("ui.quoted", text=text)
