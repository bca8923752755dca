"""What a paper calls things, in its language and in the time of the Secretariat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.bodies import formats
from ricomi_workflow.bodies.answers import Reader
from ricomi_workflow.bodies.sentences import Speaker
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.approvals import voided_in
from ricomi_workflow.cases.history import version_in
from ricomi_workflow.definitions.model import WorkflowDef
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import Shown, show

_CASE = "case."


@dataclass(frozen=True, slots=True)
class Words:
    """One language, with the texts and lists of the product."""

    services: Services
    lang: str

    @property
    def reader(self) -> Reader:
        """Who reads forms in this language."""
        return Reader(self.lang, self.services.lookups)

    def t(self, key: str, **params: object) -> str:
        """The sentence `key`, amounts and days written in it."""
        zone = self.services.calendar.zone
        ready = {name: formats.plain(value, self.lang, zone) for name, value in params.items()}
        return self.services.texts.text(key, self.lang, **ready)

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
        return formats.listed(sorted(self.country(code) for code in codes), self.lang)

    def title(self, title: Mapping[str, str] | None) -> Shown:
        """The title of a case, or the words for one that has none yet."""
        if title:
            return show(title, self.lang)
        return Shown(self.t("case.untitled"), self.lang, is_original=False)

    def office(self, office: str) -> str:
        """An office as the trail keeps it: `focal_point:PY` is `Punto focal, Paraguay`."""
        role, _, where = office.partition(":")
        if role not in set(Role):
            return self.t(f"case.office_{role}")
        words = self.t(f"ui.role_{role}")
        return f"{words}, {self.country(where)}" if where else words

    def sentence(self, workflow: WorkflowDef, entry: Entry) -> str:
        """What an entry of the trail says was done."""
        trigger = entry.act.removeprefix(_CASE)
        for each in workflow.transitions if entry.act.startswith(_CASE) else ():
            moved = entry.to_state == (each.target or entry.from_state)
            if each.trigger == trigger and entry.from_state in each.sources and moved:
                return each.done[self.lang]
        key = f"case.act_{entry.act.replace('.', '_')}"
        if self.services.texts.has(key):
            return self.t(key, **self._named(entry.detail))
        return self.t("case.act_other", act=entry.act)

    def who(self, entry: Entry) -> str:
        """By which office an act was done; by a stand-in, with the names of both."""
        words, stood_in = self.office(entry.office), entry.detail.get("acted_for")
        if not isinstance(stood_in, Mapping):
            return words
        both = {"by": stood_in["by"], "giver": stood_in["name"]}
        return self.t("delegation.acted", office=words, **both)

    def figures(self, workflow: WorkflowDef, entry: Entry) -> str:
        """Amounts and states that an act recorded, and the approvals that it voided."""
        found = [
            self.t(f"case.figure_{name}", amount=amount)
            for name in ("amount", "released", "planned")
            if (amount := _amount(entry.detail.get(name)))
        ]
        if entry.act == "case.confirm_participation":
            found.append(str(self._named(entry.detail)["country"]))
        if isinstance(tally := entry.detail.get("tally"), Mapping):
            found.append(self.t("case.figure_tally", **tally))
        done = {x.trigger: x.done[self.lang] for x in workflow.transitions}
        voided = [done.get(each.act, each.act) for each in voided_in(entry.seq, entry.detail)]
        if voided:
            found.append(self.t("points.voided_acts", acts="; ".join(voided)))
        return " · ".join(found)

    def quoted(self, text: str) -> str:
        """A text in the quotation marks of the language."""
        return self.t("ui.quoted", text=text)

    def _named(self, detail: Mapping[str, Json]) -> dict[str, object]:
        country, position, roles = (detail.get(name) for name in ("country", "position", "to"))
        speaker = Speaker(self.services.texts, self.lang, self.services.calendar.zone)
        return {
            "had": version_in(detail, "from"),
            "has": version_in(detail, "to"),
            "country": self.country(country) if isinstance(country, str) else "",
            "position": self.t(f"case.voted_{position}") if position else "",
            "roles": speaker.offices([str(r) for r in roles]) if isinstance(roles, list) else "",
        }


def _amount(value: Json) -> Money | None:
    return Money.parse(value) if isinstance(value, str) else None
