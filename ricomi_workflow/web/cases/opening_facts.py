"""What the opening of a ballot would fix, for the page that asks to confirm it."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.ballots.voting_methods import RULE_BY_METHOD, Secrecy, VotingMethod
from ricomi_workflow.definitions.case_kinds import opening_form
from ricomi_workflow.definitions.model import TransitionDef
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.localization import formats
from ricomi_workflow.reference_data.decision_rules import Rule
from ricomi_workflow.reference_data.membership import electorate
from ricomi_workflow.web.cases.ballot_text import short_digest
from ricomi_workflow.web.cases.case_file import CaseFile
from ricomi_workflow.web.components import Facts
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.i18n import language, t, term

_EFFECTS = {"open_ballot": "", "open_reallocation_ballot": "reallocation"}


def opens_ballot(taken: TransitionDef) -> bool:
    """Whether an act opens a ballot, whose term may be another than that of the state."""
    return not _EFFECTS.keys().isdisjoint(taken.effects)


def opening_facts(file: CaseFile, taken: TransitionDef, values: Mapping[str, Json]) -> Facts:
    """Who votes, by which rule, on what and until when; nothing for any other act."""
    effect = next((name for name in _EFFECTS if name in taken.effects), None)
    if effect is None or file.workflow.body is None:
        return ()
    way = VotingMethod(str(values.get("way") or VotingMethod.ELECTRONIC))
    secrecy = Secrecy(str(values.get("secrecy") or Secrecy.OPEN))
    body = services().reference.body(file.workflow.body)
    rule = body.rules.get(RULE_BY_METHOD[way], body.rule)
    voters = electorate(body, services().reference, file.today).count
    form = _EFFECTS[effect] or opening_form(file.workflow)
    pairs = [
        (t("ballot.opens_who"), t("ballot.opens_states", n=voters)),
        (t("case.rule"), _rule(rule)),
        (t("ballot.opens_what"), _content(file, form)),
        (t("ballot.opens_until"), _until(file, taken, way, values)),
        (t("ballot.opens_secrecy"), t(f"ballot.secrecy_{secrecy}")),
    ]
    return tuple(pair for pair in pairs if pair[1])


def _rule(rule: Rule) -> str:
    note = rule.note[language()]
    return note if rule.confirmed else f"{note} {t('committees.read_in_part')}"


def _content(file: CaseFile, form: str) -> str:
    given = file.paper(form)
    if given is None:
        return ""
    label = services().library.forms[given.form_key].label[language()]
    digest = short_digest(given.digest)
    return t("ballot.opens_text", form=label, number=given.number, digest=digest)


def _until(
    file: CaseFile, taken: TransitionDef, way: VotingMethod, values: Mapping[str, Json]
) -> str:
    if way in {VotingMethod.CONSENSUS, VotingMethod.ROLL_CALL}:
        return t("ballot.until_concluded")
    target = file.workflow.states[taken.target] if taken.target else None
    usual = target.deadline.business_days if target and target.deadline else 0
    asked = values.get("business_days")
    days = asked if isinstance(asked, int) and asked > 0 else usual
    if way is VotingMethod.SILENCE:
        return t("ballot.opens_period", days=formats.number(days, language()))
    return term(services().calendar.due(file.now, days)) if days else ""
