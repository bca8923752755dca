"""The demonstration: the 2011 proposal before the committee, and a network around it.

Everything is played through the real verbs on past days, is marked illustrative, and says
nothing about what happened: no decision on the 2011 proposal is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from ricomi_workflow.ballots.rules import Position
from ricomi_workflow.bootstrap import Settings, compose
from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.cases.importing import import_case, read_case_file
from ricomi_workflow.definitions.place import Place
from ricomi_workflow.definitions.yaml_reader import read_yaml
from ricomi_workflow.fund.commands import pledge, receive
from ricomi_workflow.fund.rules import Source
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import Clock, FrozenClock, SystemClock
from ricomi_workflow.kernel.errors import DefinitionError
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.rehearsal import answers, calling
from ricomi_workflow.rehearsal.cast import Cast, make_cast
from ricomi_workflow.rehearsal.script import Pauses, Stage, decided, executed, play, reviewed
from ricomi_workflow.resources import root

_KIND = "cooperation_request"
_LONG_AGO = timedelta(days=340)
_PROPOSAL = timedelta(days=38)
_ANSWERED = 15  # states that have answered on the 2011 proposal when the demonstration begins
_GIFTS: tuple[tuple[str, Source, int, int], ...] = (  # donor, class, promised and received, US$
    ("MX", Source.MEMBER_STATES, 60_000, 60_000),
    ("CA", Source.MEMBER_STATES, 70_000, 70_000),
    ("BR", Source.MEMBER_STATES, 30_000, 20_000),
    ("PY", Source.MEMBER_STATES, 5_000, 5_000),
    ("ES", Source.PERMANENT_OBSERVERS, 80_000, 80_000),
    ("CH", Source.PERMANENT_OBSERVERS, 55_000, 40_000),
)
_RETURN_REASON = "Falta decir quién pagará los pasajes de la segunda visita."


@dataclass(frozen=True, slots=True)
class _Request:
    """One row of `reference/rehearsal.yaml`."""

    country: str
    participants: list[Json]
    until: str
    days_ago: int
    values: Mapping[str, Json]


def perform(settings: Settings, password: str, clock: Clock | None = None) -> Cast:
    """Fill an empty database with the demonstration; answer its people.

    Raises `DefinitionError` when the script's file holds mistakes.
    """
    now = (clock or SystemClock()).now()
    frozen = FrozenClock(_morning(now - _LONG_AGO))
    services = compose(settings, frozen)
    stage = Stage(services, make_cast(services, password), frozen, Random(2011))  # noqa: S311 - a story
    _give(stage)
    scripts = [
        (_morning(now - timedelta(days=request.days_ago)), _life(stage, request))
        for request in _requests()
    ]
    call = (_morning(now - timedelta(days=calling.DAYS)), calling.called(stage))
    play(stage, [*scripts, call, (_morning(now - _PROPOSAL), _proposal(stage))])
    services.uow.engine.dispose()
    return stage.cast


def _morning(at: datetime) -> datetime:
    return at.replace(hour=15, minute=0, second=0, microsecond=0)


def _give(stage: Stage) -> None:
    administrator = stage.cast.actor(Role.FUND_ADMINISTRATOR)
    today = stage.services.calendar.local_day(stage.clock.now())
    for number, (donor, donor_class, promised, received) in enumerate(_GIFTS, start=1):
        with stage.services.uow.begin(administrator) as tx:
            ref = pledge(tx, donor, donor_class, Money(promised * 100), illustrative=True)
        with stage.services.uow.begin(administrator) as tx:
            bank = f"EJEMPLO-{number:04d}"
            receive(tx, ref, Money(received * 100), bank_reference=bank, received_on=today)


def _life(stage: Stage, request: _Request) -> Pauses:
    """One invented request, carried to the state in which the demonstration leaves it."""
    applicant = stage.cast.actor(Role.FOCAL_POINT, request.country)
    with stage.services.uow.begin(applicant) as tx:
        ref = open_case(tx, stage.services, _KIND, request.country, illustrative=True).ref
    yield 4
    stage.fire(ref, (Role.FOCAL_POINT, ""), "submit", _filled(stage, request))
    if request.until == "submitted":
        return
    if request.until == "returned":
        yield 2
        stage.fire(ref, (Role.SECRETARIAT, None), "start_review")
        yield 3
        stage.fire(ref, (Role.SECRETARIAT, None), "return_for_clarification", reason=_RETURN_REASON)
        return
    yield from reviewed(stage, ref)
    yield from decided(stage, ref)
    yield from executed(stage, ref, request.until)


def _filled(stage: Stage, request: _Request) -> dict[str, Json]:
    today = stage.services.calendar.local_day(stage.clock.now())
    made = answers.request(stage.rng, stage.services, request.country, today, partners=0)
    return made | {"participants": request.participants} | dict(request.values)


def _proposal(stage: Stage) -> Pauses:
    """The proposal of 31 August 2011, from its submission to an open ballot."""
    file = read_case_file(root("reference") / "cases" / "ricomi-2011.yaml")
    with stage.services.uow.begin(stage.cast.actor(Role.FOCAL_POINT, file.country)) as tx:
        ref = import_case(tx, stage.services, file).ref
    yield from reviewed(stage, ref)
    yield 18
    stage.fire(ref, (Role.SECRETARIAT, None), "open_ballot")
    for turn, (country, delegate) in enumerate(stage.cast.delegates()[:_ANSWERED]):
        yield int(turn % 5 == 4)  # five answers a day
        position = Position.ABSTAIN if turn == _ANSWERED - 1 else Position.IN_FAVOUR
        stage.vote(ref, delegate, country, position)


def _requests() -> list[_Request]:
    path = root("reference") / "rehearsal.yaml"
    value, mistakes = read_yaml(path.read_bytes(), path.name)
    found = list(mistakes)
    top = Place(path.name, "", value, found).record("source confirmed requests", "")
    names = "country participants until days_ago title summary institution provider topics"
    rows = [
        _request(row.record(f"{names} populations modality background"))
        for row in top["requests"].each()
    ]
    if found:
        raise DefinitionError(found)
    return rows


def _request(row: Mapping[str, Place]) -> _Request:
    raw = {name: place.value for name, place in row.items()}
    values: dict[str, Json] = {
        "title": raw["title"],  # type: ignore[dict-item]  # the form judges them
        "summary": raw["summary"],  # type: ignore[dict-item]
        "requesting_institution": str(raw["institution"]),
        "provider_institution": str(raw["provider"]),
        "topics": raw["topics"],  # type: ignore[dict-item]
        "populations": raw["populations"],  # type: ignore[dict-item]
        "modality": raw["modality"],  # type: ignore[dict-item]
    }
    participants = list(raw["participants"]) if isinstance(raw["participants"], list) else []
    return _Request(
        country=str(raw["country"]),
        participants=participants,
        until=str(raw["until"]),
        days_ago=row["days_ago"].whole(),
        values=values,
    )
