"""The settings of a rule of decision in words: what each says, in one language."""

from __future__ import annotations

from ricomi_workflow.definitions.texts import Texts
from ricomi_workflow.localization import formats
from ricomi_workflow.reference_data.decision_rules import Abstention, Basis, Rule, Share

_IN_WORDS = frozenset({"1/2", "1/3", "2/3"})  # shares that have a name of their own


def setting_text(rule: Rule, name: str, texts: Texts, lang: str) -> str:
    """What the setting called `name` says: more than half of the eligible states."""
    if name in {"quorum_to_open", "quorum_to_decide"}:
        share = rule.quorum_to_open if name == "quorum_to_open" else rule.quorum_to_decide
        return _share(share, _whole(Basis.ELIGIBLE, rule), texts, lang)
    if name == "threshold":
        return _share(rule.threshold, _whole(rule.basis, rule), texts, lang)
    if name == "blocking":
        return _blocking(rule, texts, lang)
    keys = {
        "abstention": f"abstention_{rule.abstention}",
        "recusal": f"recusal_{rule.recusal}",
        "silence": f"silence_{rule.silence}",
        "tie": f"tie_is_{rule.tie}",
    }
    return texts.text(f"verdict.{keys[name]}", lang)


def _whole(basis: Basis, rule: Rule) -> str:
    """The whole of which a share is taken, as a key; who cannot leave need not be told apart."""
    if basis is Basis.PRESENT_AND_VOTING and rule.abstention is Abstention.COUNTS:
        return "whole_present_and_voting_counts"
    if basis is Basis.ELIGIBLE and not rule.lets_leave:
        return "whole_members"
    return f"whole_{basis}"


def _share(share: Share, whole: str, texts: Texts, lang: str) -> str:
    if share.number is not None or not share.fraction:
        number = share.needed(0)
        return texts.text(
            "verdict.least_number" if number else "verdict.none_asked", lang, n=number
        )
    told = texts.text(f"verdict.{whole}", lang)
    if share.fraction == 1 and not share.more_than:
        return texts.text("verdict.all_of", lang, whole=told)
    named = share.size in _IN_WORDS
    key = f"verdict.share_{share.size.replace('/', '_')}" if named else "verdict.share_other"
    part = texts.text(key, lang, whole=told, share=share.size)
    return texts.text(f"verdict.{'more_than' if share.more_than else 'at_least'}", lang, share=part)


def _blocking(rule: Rule, texts: Texts, lang: str) -> str:
    names = [texts.text(f"verdict.position_{p}", lang) for p in rule.blocking.positions]
    if not names:
        return texts.text("verdict.blocking_none", lang)
    return texts.text(
        "verdict.blocking_some",
        lang,
        n=rule.blocking.at_least,
        positions=formats.list_text(names, lang),
    )
