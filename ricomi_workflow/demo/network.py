"""The demonstration: the 2011 proposal before the committee, and a network around it.

Everything but the facts of the registries is played as invented, marked illustrative, and says
nothing about what happened: no decision on the 2011 proposal is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from ricomi_workflow.ballots.rules import Position
from ricomi_workflow.bootstrap import Settings, compose
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.cases.request_import import import_case, read_case_file
from ricomi_workflow.contributions.commands import issue_call, record_pledge
from ricomi_workflow.contributions.indirect_costs import icr_rates
from ricomi_workflow.contributions.receipts import record_acknowledgement, record_receipt
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.definitions.yaml_reader import read_yaml
from ricomi_workflow.demo import background, bank_statements, meeting, needs
from ricomi_workflow.demo import call as demo_call
from ricomi_workflow.demo.background import record_confirmations
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import Clock, FrozenClock, SystemClock
from ricomi_workflow.kernel.errors import DefinitionError
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.ledger.accounts import Source
from ricomi_workflow.ledger.periods import close_period, list_pending_periods
from ricomi_workflow.registries.starter import import_records, read_starter
from ricomi_workflow.resources import root
from ricomi_workflow.simulation import answers
from ricomi_workflow.simulation.accounts import Accounts, create_accounts
from ricomi_workflow.simulation.scenario import (
    Scenario,
    Waits,
    execute_project,
    hold_ballot,
    play_scenarios,
    report_follow_up,
    request_reallocation,
    review_request,
    search_partner,
)

_KIND = "cooperation_request"
_LONG_AGO = timedelta(days=340)
_PROPOSAL = timedelta(days=38)
_ANSWERED = 15  # states that have answered on the 2011 proposal when the demonstration begins
_CALLED_FOR = timedelta(days=320)  # from the promise to the day of the call
_OPEN_FOR = timedelta(days=60)  # how long a period that is over stays open
_GIFTS: tuple[tuple[str, Source, int, int], ...] = (  # donor, class, promised and received, US$
    ("MX", Source.MEMBER_STATES, 150_000, 150_000),
    ("CA", Source.MEMBER_STATES, 70_000, 70_000),
    ("BR", Source.MEMBER_STATES, 30_000, 20_000),
    ("PY", Source.MEMBER_STATES, 5_000, 5_000),
    ("ES", Source.PERMANENT_OBSERVERS, 100_000, 100_000),
    ("CH", Source.PERMANENT_OBSERVERS, 55_000, 40_000),
)
_ANSWERS = "GT"  # who answers the search for a partner
_BEFORE = {"reallocation_vote": "executing", "followed_up": "closed"}  # from where it goes on
_RETURN_REASON = "Falta decir quién pagará los pasajes de la segunda visita."


@dataclass(frozen=True, slots=True)
class _Request:
    """One row of `reference/rehearsal.yaml`."""

    country: str
    participants: list[Json]
    until: str
    days_ago: int
    version: int  # of the process; 0: the newest
    said: str  # what its States say of the public facts in the end; empty: nothing
    values: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class _Offer:
    """One offer of `reference/rehearsal.yaml`."""

    country: str
    days_ago: int
    values: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class _DemoFile:
    """What the file tells: requests and offers."""

    requests: list[_Request]
    offers: list[_Offer]


def build_demo(settings: Settings, password: str, clock: Clock | None = None) -> Accounts:
    """Fill an empty database with the demonstration; answer its people.

    Raises `DefinitionError` when the script's file holds mistakes.
    """
    now = (clock or SystemClock()).now()
    frozen = FrozenClock(_morning(now - _LONG_AGO))
    services = compose(settings, frozen)
    scenario = Scenario(services, create_accounts(services, password), frozen, Random(2011))  # noqa: S311 - a story
    _give(scenario)
    for _ in import_records(services, scenario.accounts.actor(Role.SECRETARIAT), read_starter()):
        pass  # facts, not marked illustrative: each with its source
    told = _file()
    scripts = [
        (
            _morning(now - timedelta(days=request.days_ago)),
            _life(_apart(scenario, f"{request.country} {request.days_ago}"), request),
        )
        for request in told.requests
    ]
    scripts += [
        (_morning(now - timedelta(days=offer.days_ago)), _offered(scenario, offer))
        for offer in told.offers
    ]
    call = (
        _morning(now - timedelta(days=demo_call.DAYS)),
        demo_call.run_call(_apart(scenario, "call")),
    )
    begun = _morning(now - timedelta(days=background.DAYS))
    scripts += [
        (begun, background.publish_profile(scenario, country)) for country in background.PROFILES
    ]
    scripts.append((begun, background.publish_practice(scenario)))
    scripts.append((_morning(now - timedelta(days=needs.DAYS)), needs.publish_needs(scenario)))
    met = meeting.hold_meeting(_apart(scenario, "meeting"))
    scripts.append((_morning(now - timedelta(days=meeting.DAYS)), met))
    proposal = _proposal(_apart(scenario, "proposal"))
    play_scenarios(scenario, [*scripts, call, (_morning(now - _PROPOSAL), proposal)])
    bank_statements.bring_statements(scenario, now)
    _close(scenario)
    bank_statements.record_euro_contribution(scenario)
    services.uow.engine.dispose()
    return scenario.accounts


def _apart(scenario: Scenario, story: str) -> Scenario:
    """The stage for one story: what it draws is its own, on whatever day the others act."""
    return replace(scenario, rng=Random(f"2011 {story}"))  # noqa: S311 - a story


def _morning(at: datetime) -> datetime:
    return at.replace(hour=15, minute=0, second=0, microsecond=0)


def _give(scenario: Scenario) -> None:
    administrator = scenario.accounts.actor(Role.FUND_ADMINISTRATOR)
    today = scenario.services.calendar.local_day(scenario.clock.now())
    for number, (donor, donor_class, promised, received) in enumerate(_GIFTS, start=1):
        with scenario.services.uow.begin(administrator) as tx:
            ref = record_pledge(tx, donor, donor_class, Money(promised * 100), illustrative=True)
        with scenario.services.uow.begin(administrator) as tx:
            bank = f"EJEMPLO-{number:04d}"
            came = record_receipt(
                tx,
                ref,
                Money(received * 100),
                bank_reference=bank,
                received_on=today,
                icr=icr_rates(),
            )
            if number < len(_GIFTS):
                record_acknowledgement(tx, came, sent_on=today, sent_to="Misión Permanente")
            else:
                left = Money((promised - received) * 100)
                issue_call(tx, ref, left, due_on=today + _CALLED_FOR)


def _close(scenario: Scenario) -> None:
    """Close the months and years that were over two months ago."""
    today = scenario.services.calendar.local_day(scenario.clock.now())
    with scenario.services.uow.begin(scenario.accounts.actor(Role.FUND_ADMINISTRATOR)) as tx:
        for period in list_pending_periods(tx.connection, today - _OPEN_FOR).to_close:
            close_period(tx, period.code)


def _life(scenario: Scenario, request: _Request) -> Waits:
    """One invented request, carried to the state in which the demonstration leaves it."""
    applicant = scenario.accounts.actor(Role.FOCAL_POINT, request.country)
    with scenario.services.uow.begin(applicant) as tx:
        services = _as_of(scenario.services, request.version)
        ref = open_case(tx, services, _KIND, request.country, illustrative=True).ref
    yield 4
    scenario.fire(ref, (Role.FOCAL_POINT, ""), "submit", _filled(scenario, request))
    if request.until == "submitted":
        return
    if request.until == "returned":
        yield 2
        scenario.fire(ref, (Role.SECRETARIAT, None), "start_review")
        yield 3
        scenario.fire(
            ref, (Role.SECRETARIAT, None), "return_for_clarification", reason=_RETURN_REASON
        )
        return
    if request.until == "seeking_partner":
        yield from search_partner(scenario, ref, _ANSWERS)
        return
    yield from review_request(scenario, ref)
    yield from hold_ballot(scenario, ref)
    yield from execute_project(scenario, ref, _BEFORE.get(request.until, request.until))
    if request.said:
        sides = [request.country, *map(str, request.participants)]
        yield from record_confirmations(scenario, ref, request.said, sides)
    if request.until == "reallocation_vote":
        yield from request_reallocation(scenario, ref)
    if request.until == "followed_up":
        yield from report_follow_up(scenario, ref)


def _as_of(services: Services, version: int) -> Services:
    """The services as they were when `version` of the process was the newest."""
    if not version:
        return services
    kept = {
        key: flow
        for key, flow in services.library.workflows.items()
        if flow.kind != _KIND or flow.version <= version
    }
    return replace(services, library=replace(services.library, workflows=kept))


def _offered(scenario: Scenario, offer: _Offer) -> Waits:
    """One offer, published."""
    with scenario.services.uow.begin(
        scenario.accounts.actor(Role.FOCAL_POINT, offer.country)
    ) as tx:
        ref = open_case(
            tx, scenario.services, "cooperation_offer", offer.country, illustrative=True
        ).ref
    yield 1
    today = scenario.services.calendar.local_day(scenario.clock.now())
    terms: dict[str, Json] = {
        "results": {"es": "Ejemplo: el servicio está en uso.", "en": "Example: it is in use."},
        "contact": "Oficina de cooperación",
        "languages": ["es"],
        "capacity": 2,
        "review_by": (today + timedelta(days=300)).isoformat(),
    }
    scenario.fire(ref, (Role.FOCAL_POINT, ""), "submit", {**terms, **offer.values})
    yield 4
    scenario.fire(ref, (Role.SECRETARIAT, None), "publish")


def _filled(scenario: Scenario, request: _Request) -> dict[str, Json]:
    today = scenario.services.calendar.local_day(scenario.clock.now())
    seeks = request.until == "seeking_partner"
    made = answers.request(
        scenario.rng,
        scenario.services,
        request.country,
        today,
        seeks=seeks,
        by_table=not request.version,
    )
    return made | {"participants": request.participants} | dict(request.values)


def _proposal(scenario: Scenario) -> Waits:
    """The proposal of 31 August 2011, from its submission to an open ballot."""
    file = read_case_file(root("reference") / "cases" / "ricomi-2011.yaml")
    with scenario.services.uow.begin(scenario.accounts.actor(Role.FOCAL_POINT, file.country)) as tx:
        ref = import_case(tx, scenario.services, file).ref
    yield from review_request(scenario, ref)
    yield 18
    scenario.fire(ref, (Role.SECRETARIAT, None), "open_ballot")
    for turn, (country, delegate) in enumerate(scenario.accounts.delegates()[:_ANSWERED]):
        yield int(turn % 5 == 4)  # five answers a day
        position = Position.ABSTAIN if turn == _ANSWERED - 1 else Position.IN_FAVOUR
        scenario.vote(ref, delegate, country, position)


def _file() -> _DemoFile:
    path = root("reference") / "rehearsal.yaml"
    value, mistakes = read_yaml(path.read_bytes(), path.name)
    found = list(mistakes)
    top = YamlNode(path.name, "", value, found).record("source confirmed requests offers", "")
    same = "country days_ago title summary institution topics populations modality background"
    told = _DemoFile(
        [
            _request(row.record(f"{same} participants until", "provider providers version said"))
            for row in top["requests"].each()
        ],
        [_offer(row.record(same)) for row in top["offers"].each()],
    )
    if found:
        raise DefinitionError(found)
    return told


def _offer(row: Mapping[str, YamlNode]) -> _Offer:
    return _Offer(str(row["country"].value), row["days_ago"].whole(), _described(row))


def _described(row: Mapping[str, YamlNode]) -> dict[str, Json]:
    """What requests and offers say alike; the form judges it."""
    names = ("title", "summary", "topics", "populations", "modality")
    values: dict[str, Json] = {name: row[name].value for name in names}  # type: ignore[misc]
    return values | {"requesting_institution": str(row["institution"].value)}


def _codes(place: YamlNode) -> list[Json]:
    return [str(code) for code in place.value] if isinstance(place.value, list) else []


def _request(row: Mapping[str, YamlNode]) -> _Request:
    raw = {name: place.value for name, place in row.items()}
    values = _described(row)
    if not row["provider"].absent:
        values["provider_institution"] = str(raw["provider"])
    if not row["providers"].absent and row["version"].absent:
        values["providers"] = _codes(row["providers"])
    return _Request(
        country=str(raw["country"]),
        participants=_codes(row["participants"]),
        until=str(raw["until"]),
        days_ago=row["days_ago"].whole(),
        version=0 if row["version"].absent else row["version"].whole(),
        said="" if row["said"].absent else str(raw["said"]),
        values=values,
    )
