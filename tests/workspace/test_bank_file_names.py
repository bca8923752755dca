"""A file of the bank is given back whatever it was called."""

from ricomi_workflow.bank.commands import receive_file
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.simulation.camt_writer import camt053
from tests.bank.counter import line, statement
from tests.support.office import OfficeHouse


def test_a_name_of_two_lines_is_no_second_header(house: OfficeHouse) -> None:
    content = camt053([statement(line(5, 2))])
    with house.services.uow.begin(house.actor(Role.FUND_ADMINISTRATOR)) as tx:
        key = receive_file(tx, "usd-main", "a\r\nX-Evil: 1.xml", content)
    page = house.the(Role.AUDITOR).open(f"/es/fund/bank/files/{key}/content")
    assert page.status == 200
