"""Nothing that anybody but the voter can reach tells what a state answered in a sealed ballot.

Two copies of one database live through the same minutes, and in one of them one state answers
otherwise. Everything that is given out, to whoever asks, is the same in both: pages, programs'
answers, exports, trails, mails and logs. Digests and keys are made of chance and are masked.
"""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.routing import AnyConverter, Rule

from ricomi_workflow.ballots.commands import cast_vote
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.db.engine import create_engine
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.messaging.delivery import deliver_mails
from ricomi_workflow.messaging.transport import FolderTransport
from ricomi_workflow.simulation.scenario import Scenario
from ricomi_workflow.worker.jobs import sweep_deadlines
from tests.support.network import Network, network, sign_in
from tests.support.site import Site
from tests.web.test_ballots import UY, opened

Who = tuple[Role, str | None]
CHANCE = re.compile(r"[0-9a-f]{8,}|\d{12,}|[\w.-]{40,}")
TEXTUAL = ("text/", "application/json", "application/problem", "application/xml")
# What addresses are filled in with; an address that wants something else is left out.
PARTS: dict[str, str | int] = {
    "lang": "es",
    "name": "request",
    "trigger": "defer",
    "number": 1,
    "country": "UY",
    "kind": "cooperation_request",
    "version": 2,
    "body": "ceam",
    "body_id": "ceam",
    "file_name": "dossier",
}
READERS: tuple[Who | None, ...] = (
    None,
    (Role.CHAIR, None),
    (Role.SECRETARIAT, None),
    (Role.AUDITOR, None),
    (Role.ADMINISTRATOR, None),
    (Role.FUND_ADMINISTRATOR, None),
    (Role.CEAM_DELEGATE, "AR"),
    (Role.FOCAL_POINT, "PY"),
    (Role.FOCAL_POINT, "UY"),  # of the same state, and no delegate of it
)


@contextmanager
def life(file: Path) -> Iterator[Network]:
    """The network in a database that is there already."""
    engine = create_engine(f"sqlite:///{file}")
    yield network(engine, password=None)
    engine.dispose()


def twins(engine: Engine, folder: Path, secrecy: str) -> tuple[str, Path, Path]:
    """Two copies of one open ballot in which some states have answered already."""
    made = network(engine)
    behind = made.rehearsed
    stage = Scenario(behind.services, behind.accounts, behind.clock, Random(1))
    site = Site("", behind, stage)
    site.give()
    ref = opened(site, secrecy=secrecy)
    for country, position in (("BR", "in_favour"), ("CL", "against")):
        answer(made, ref, country, position)
    deliver_mails(made.services, FolderTransport(folder / "before"))
    engine.dispose()  # the last connection writes its log into the file
    files = [folder / name for name in ("one.sqlite", "other.sqlite")]
    for file in files:
        shutil.copy(str(engine.url.database), file)
    return ref, files[0], files[1]


def answer(made: Network, ref: str, country: str, position: str) -> None:
    actor = made.accounts.actor(Role.CEAM_DELEGATE, country)
    with made.services.uow.begin(actor) as tx:
        case = lock(tx, made.services, ref)
        cast_vote(tx, made.services, case, country, position)


def addresses(made: Network, ref: str) -> list[str]:
    """Every address that can be read and whose parts are known."""
    rules = [r for r in made.app.url_map.iter_rules() if "GET" in (r.methods or ())]
    return sorted(
        address for rule in rules if _is_known(rule) for address in filled(made, rule, ref)
    )


def _is_known(rule: Rule) -> bool:
    return rule.arguments <= {*PARTS, "ref"} and rule.endpoint != "static"


def filled(made: Network, rule: Rule, ref: str) -> Iterator[str]:
    """The address that a rule makes of the known parts; each file where it names the files."""
    known = {**PARTS, "ref": ref}
    parts = {name: known[name] for name in rule.arguments}
    converter = rule._converters.get("name")
    names = [*converter.items] if isinstance(converter, AnyConverter) else [PARTS["name"]]
    with made.app.test_request_context():
        urls = made.app.url_map.bind("localhost")
        for name in names:
            each = {**parts, "name": name} if "name" in parts else parts
            yield str(urls.build(rule.endpoint, each, method="GET"))


def given_out(client: FlaskClient, path: str) -> str:
    """What is answered, without what is chance."""
    answered = client.get(path)
    told = f"{answered.status_code} {answered.content_type}"
    if not (answered.content_type or "").startswith(TEXTUAL):
        return told
    return f"{told}\n{CHANCE.sub('#', answered.get_data(as_text=True))}"


def told(file: Path, ref: str, position: str, folder: Path) -> dict[str, str]:
    """Everything that anybody can reach once Uruguay has answered."""
    with life(file) as made:
        made.rehearsed.clock.at = made.rehearsed.case(ref).updated_at
        answer(made, ref, "UY", position)
        sweep_deadlines(made.services)
        deliver_mails(made.services, FolderTransport(folder))
        found = {f"mail {n}": CHANCE.sub("#", mail) for n, mail in enumerate(mails(folder))}
        for who in READERS:
            client = made.visitor()
            if who:
                assert sign_in(client, made.accounts.emails[who]).status_code == 303
            for path in addresses(made, ref):
                found[f"{who} {path}"] = given_out(client, path)
        return found


def mails(folder: Path) -> list[str]:
    return sorted(file.read_text(encoding="utf-8") for file in folder.rglob("*.eml"))


@pytest.mark.parametrize("secrecy", ["until_close", "secret"])
def test_everything_given_out_is_the_same_whatever_a_state_answered(
    sqlite_engine: Engine,
    tmp_path: Path,
    secrecy: str,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ref, one, other = twins(sqlite_engine, tmp_path, secrecy)
    found, logs = [], []
    for file, position in ((one, "in_favour"), (other, "against")):
        caplog.clear()
        capsys.readouterr()
        with caplog.at_level(logging.DEBUG, "ricomi_workflow"):
            found.append(told(file, ref, position, tmp_path / file.stem))
        logs.append((caplog.text, capsys.readouterr()))
    assert found[0].keys() == found[1].keys()
    unlike = [path for path, text in found[0].items() if text != found[1][path]]
    assert unlike == []
    assert sum(text.startswith("200") for text in found[0].values()) > 100  # it did look around
    for text, printed in logs:
        assert not re.search(r"in_favour|against", text + printed.out + printed.err)


def test_the_voter_alone_sees_the_difference(sqlite_engine: Engine, tmp_path: Path) -> None:
    ref, one, other = twins(sqlite_engine, tmp_path, "until_close")
    pages = []
    for file, position in ((one, "in_favour"), (other, "against")):
        with life(file) as made:
            made.rehearsed.clock.at = made.rehearsed.case(ref).updated_at
            answer(made, ref, "UY", position)
            pages.append(given_out(made.client(*UY), f"/es/cases/{ref}/ballot"))
    assert pages[0] != pages[1]
