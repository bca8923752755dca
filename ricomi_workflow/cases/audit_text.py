"""What the trail of a case says in a language: the same words for pages, the API and papers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ricomi_workflow.audit.rules import Entry
from ricomi_workflow.cases.approvals import voided_by_entry
from ricomi_workflow.cases.history import version_in
from ricomi_workflow.definitions.model import WorkflowDef
from ricomi_workflow.definitions.texts import Texts
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import join_clauses
from ricomi_workflow.localization import formats
from ricomi_workflow.localization.message_text import MessageText

Detail = Mapping[str, Json]
_CASE = "case."


def ballot_figures(detail: Detail) -> Detail | None:
    """The figures of the ballot that an act ended, where answers were counted.

    Without any there is nothing to tell but where it lacked them: nobody answers a consensus,
    nobody objects to a silence, and what stays sealed or was recalled counts nowhere.
    """
    tally = detail.get("tally")
    if not isinstance(tally, Mapping):
        return None
    answers = sum(n for name, n in tally.items() if name != "electorate" and isinstance(n, int))
    return tally if answers or detail.get("outcome") == "undecided" else None


@dataclass(frozen=True, slots=True)
class AuditText:
    """Who tells it: the texts, a language, the zone in which instants are told."""

    texts: Texts
    lang: str
    zone: str

    def t(self, key: str, **params: object) -> str:
        """The sentence `key`, amounts and days written in it."""
        ready = {name: formats.plain(value, self.lang, self.zone) for name, value in params.items()}
        return self.texts.text(key, self.lang, **ready)

    def office(self, office: str) -> str:
        """An office as the trail keeps it: `focal_point:PY` is `Punto focal, Paraguay`."""
        role, _, where = office.partition(":")
        if role not in set(Role):
            return self.t(f"case.office_{role}")
        words = self.t(f"ui.role_{role}")
        return f"{words}, {formats.country(where, self.lang)}" if where else words

    def who(self, entry: Entry) -> str:
        """By which office an act was done; by a stand-in, with the names of both."""
        words, stood_in = self.office(entry.office), entry.detail.get("acted_for")
        if not isinstance(stood_in, Mapping):
            return words
        both = {"by": stood_in["by"], "giver": stood_in["name"]}
        return self.t("delegation.acted", office=words, **both)

    def act(self, workflow: WorkflowDef, entry: Entry) -> str:
        """What was done, in the words of the definition, or of the texts for all other acts."""
        trigger = entry.act.removeprefix(_CASE)
        for each in workflow.transitions if entry.act.startswith(_CASE) else ():
            moved = entry.to_state == (each.target or entry.from_state)
            if each.trigger == trigger and entry.from_state in each.sources and moved:
                return each.done[self.lang]
        key = f"case.act_{entry.act.replace('.', '_')}"
        if self.texts.has(key):
            return self.t(key, **self._named(entry.detail))
        return self.t("case.act_other", act=entry.act)

    def figures(self, entry: Entry) -> list[str]:
        """Amounts, states and counts that an act recorded."""
        detail = entry.detail
        found = [
            self.t(f"case.figure_{name}", amount=amount)
            for name in ("amount", "released", "planned")
            if (amount := _amount(detail.get(name)))
        ]
        if entry.act == "case.confirm_participation":
            found.append(str(self._named(detail)["country"]))
        if tally := ballot_figures(detail):
            found.append(self.t("case.figure_tally", **tally))
        if isinstance(rank := detail.get("place_in_call"), Mapping):
            score = formats.decimal(str(rank["score"]), self.lang) if rank["score"] else "—"
            found.append(self.t("case.figure_place", place=rank["place"], score=score))
        if isinstance(reminded := detail.get("reminded"), list):
            found.append(self.t("case.figure_reminded", n=len(reminded)))
        if reference := detail.get("bank_reference"):
            found.append(self.t("case.figure_bank", reference=reference))
        if explanation := detail.get("explanation"):
            found.append(self.t("ui.quoted", text=explanation))
        return found

    def voided(self, workflow: WorkflowDef, entry: Entry) -> list[str]:
        """Which approvals a new version of a form voided: one sentence, or none."""
        done = {x.trigger: x.done[self.lang] for x in workflow.transitions}
        acts = [done.get(each.act, each.act) for each in voided_by_entry(entry.seq, entry.detail)]
        return [self.t("points.voided_acts", acts=join_clauses(acts, self.lang))] if acts else []

    def _named(self, detail: Detail) -> dict[str, object]:
        """What the sentences of acts that are no transitions may say."""
        country, position, roles = (detail.get(name) for name in ("country", "position", "to"))
        file = detail.get("file") or detail.get("removed")
        to = [str(role) for role in roles] if isinstance(roles, list) else []
        return {
            "had": version_in(detail, "from"),
            "has": version_in(detail, "to"),
            "country": formats.country(country, self.lang) if isinstance(country, str) else "",
            "position": self.t(f"case.voted_{position}") if position else "",
            "other": str(detail.get("other") or ""),
            "file": self._file(file) if isinstance(file, Mapping) else "",
            "roles": MessageText(self.texts, self.lang, self.zone).offices(to) if to else "",
        }

    def _file(self, said: Detail) -> str:
        """The name of a file; of a restricted one, only that it is."""
        if said.get("access") == "restricted":
            return self.t("file.access_restricted").lower()
        return str(said.get("name", ""))


def _amount(value: Json) -> Money | None:
    return Money.parse(value) if isinstance(value, str) else None
