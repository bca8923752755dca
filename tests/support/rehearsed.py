"""The composed product on a test's database, with the people of a rehearsal."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.bootstrap import Settings, compose
from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import Step, advance, lock
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.kernel.actors import Actor, Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.simulation.accounts import Accounts, create_accounts

BEGIN = datetime(2026, 9, 1, 15, tzinfo=UTC)
SECRET = "a secret that is long enough for tests"


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Rehearsed:
    """Services, clock and people, and the shortest way to act with them."""

    services: Services
    clock: FrozenClock
    accounts: Accounts

    def case(self, ref: str) -> Case:
        """The case as it stands."""
        with self.services.uow.read() as connection:
            found = read_case(connection, ref)
        assert found is not None
        return found

    def act(
        self,
        who: Actor | tuple[Role, str | None],
        ref: str,
        trigger: str,
        inputs: Mapping[str, Json] | None = None,
        reason: str | None = None,
    ) -> Step:
        """Fire `trigger` as `who`, in an act of its own."""
        actor = who if isinstance(who, Actor) else self.accounts.actor(*who)
        with self.services.uow.begin(actor) as tx:
            case = lock(tx, self.services, ref)
            return advance(tx, self.services, case, trigger, inputs=inputs, reason=reason)

    def acts(self, ref: str) -> list[str]:
        """The names of the acts in the trail of `ref`, oldest first."""
        case_id = self.case(ref).id
        with self.services.uow.read() as connection:
            rows = connection.execute(
                select(audit_entry.c.act)
                .where(audit_entry.c.case_id == case_id)
                .order_by(audit_entry.c.seq)
            )
            return list(rows.scalars())


def _folder() -> Path:
    """A folder for files, gone when the tests have ended."""
    folder = Path(tempfile.mkdtemp(prefix="ricomi-files-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def rehearsed(engine: Engine, password: str | None = None, begin: datetime = BEGIN) -> Rehearsed:
    """The product on `engine`, whose schema exists already; its people hold office from `begin`."""
    clock = FrozenClock(begin)
    settings = Settings(database_url=str(engine.url), secret_key=SECRET, files=_folder())
    services = compose(settings, clock, engine)
    return Rehearsed(services, clock, create_accounts(services, password))
