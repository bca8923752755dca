"""Who sees which entry of the menu, and by which office a person is called.

An entry appears when its page exists in the application and one of its roles is held; an entry
without roles is for everyone.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request, url_for

from ricomi_workflow.kernel.actors import PRESIDING_ROLES, Actor, Role
from ricomi_workflow.localization import formats
from ricomi_workflow.web.i18n import language, t

_COMMITTEE = frozenset(
    {Role.CEAM_DELEGATE, Role.CEAM_ALTERNATE, *PRESIDING_ROLES, Role.SECRETARIAT}
)
_TREASURY = frozenset(
    {Role.FUND_ADMINISTRATOR, Role.CERTIFYING_OFFICER, Role.AUDITOR, Role.SECRETARIAT}
)
_EVERY_ROLE = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the menu: its text, its page, whose it is, and who has it elsewhere."""

    text: str
    endpoint: str
    roles: frozenset[Role] = frozenset()
    elsewhere: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class Link:
    """One entry as this reader sees it on this page."""

    text: str
    href: str
    current: bool


ENTRIES = (
    Entry("ui.nav_my_work", "work.my_work", _EVERY_ROLE),
    Entry("ui.nav_cases", "cases.case_list", _EVERY_ROLE),
    Entry("ui.nav_committee", "committee.dashboard", _COMMITTEE),
    Entry("ui.nav_catalogue", "public.catalogue"),
    Entry("network.map", "network.americas"),
    Entry("network.network", "network.network", elsewhere=_EVERY_ROLE),
    Entry("calls.title", "calls.call_list"),
    Entry("decisions.title", "decisions.index", elsewhere=_COMMITTEE),
    Entry("meetings.title", "meetings.meeting_list", elsewhere=_COMMITTEE),
    Entry("ui.nav_fund", "public.fund"),
    Entry("reviews.title", "reviews.own", frozenset({Role.REVIEWER})),
    Entry("ui.nav_treasury", "fund.dashboard", _TREASURY),
    Entry("ui.nav_people", "people.people", frozenset({Role.ADMINISTRATOR, Role.SECRETARIAT})),
    Entry("ui.nav_process", "process.process"),
)
FOOT = (
    Entry("committees.title", "bodies.body_list"),
    Entry("about.contact", "about.contact"),
    Entry("about.accessibility", "about.accessibility"),
    Entry("about.open", "about.open_data"),
    Entry("news.title", "news.index"),
    Entry("results.title", "results.index"),
    Entry("about.verify", "about.verify"),
)


def menu(actor: Actor, entries: tuple[Entry, ...] = ENTRIES) -> list[Link]:
    """The entries that `actor` may open, in their order."""
    return [
        Link(t(e.text), url_for(e.endpoint), request.endpoint == e.endpoint)
        for e in entries
        if e.endpoint in current_app.view_functions and _may_open(actor, e)
    ]


def page_exists(endpoint: str) -> bool:
    """Whether the application serves the page `endpoint`."""
    return endpoint in current_app.view_functions


def office(actor: Actor) -> str:
    """By which office and country a person is called: `Punto focal, Paraguay`."""
    grants = sorted(actor.grants, key=lambda grant: list(Role).index(grant.role))
    if not grants:
        return actor.name
    role = t(f"ui.role_{grants[0].role.value}")
    where = grants[0].country
    return f"{role}, {formats.country(where, language())}" if where else role


def _may_open(actor: Actor, entry: Entry) -> bool:
    """Decisions and meetings stand on the page of the committee for those who have it.

    The network stands on the page of the map for everybody with an office, whose menu is long.
    """
    if entry.elsewhere and actor.has(*entry.elsewhere):
        return False
    return not entry.roles or actor.has(*entry.roles)
