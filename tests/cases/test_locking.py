import time
from threading import Event

from sqlalchemy import Engine

from ricomi_workflow.cases.commands import advance, lock
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.kernel.actors import SYSTEM, Role
from tests.support.product import Stage, product
from tests.support.threads import at_once

LONG_ENOUGH = 0.4  # seconds until the other act waits for the lock


def test_an_act_that_waited_for_another_sees_all_that_it_did(engine: Engine) -> None:
    stage = Stage(product(engine))
    services, ref, partner = stage.services, stage.submitted(), stage.the(Role.FOCAL_POINT, "CL")
    locked = Event()
    seen: list[Case] = []

    def confirm() -> None:
        with services.uow.begin(partner) as tx:
            case = lock(tx, services, ref)
            locked.set()
            advance(tx, services, case, "confirm_participation")
            time.sleep(LONG_ENOUGH)

    def look() -> None:
        locked.wait()
        with services.uow.begin(SYSTEM) as tx:
            seen.append(lock(tx, services, ref))

    assert at_once(confirm, look) == []
    (case,) = seen
    assert [(p.country, p.confirmed_seq) for p in case.participants] == [("CL", case.version)]


def test_the_lock_reads_what_a_reading_reads(engine: Engine) -> None:
    stage = Stage(product(engine))
    ref = stage.submitted()
    with stage.services.uow.begin(SYSTEM) as tx:
        locked = lock(tx, stage.services, ref)
    with stage.services.uow.read() as connection:
        assert locked == read_case(connection, ref)
    assert [taking_part.country for taking_part in locked.participants] == ["CL"]
