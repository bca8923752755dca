"""Filters that a person keeps for themselves."""

import pytest

from ricomi_workflow.collaboration.saved_filters import (
    MOST,
    delete_filter,
    list_filters,
    save_filter,
    set_default_filter,
)
from ricomi_workflow.kernel.actors import ANONYMOUS
from ricomi_workflow.kernel.errors import Forbidden, Invalid, NotFound, Refused
from tests.collaboration.conftest import Team


def test_filters_are_kept_replaced_and_dropped_by_their_owner(team: Team) -> None:
    services = team.stage.services
    with services.uow.begin(team.ana) as tx:
        save_filter(tx, "  Las   de Paraguay ", "country=PY", default=True)
        save_filter(tx, "Atrasados", "overdue=yes")
        save_filter(tx, "Atrasados", "overdue=yes&country=PY")
    with services.uow.read() as connection:
        late, own = list_filters(connection, team.ana.user_id)
        assert list_filters(connection, team.luis.user_id) == []
    assert (own.name, own.query, own.is_default) == ("Las de Paraguay", "country=PY", True)
    assert (late.query, late.is_default) == ("overdue=yes&country=PY", False)
    with services.uow.begin(team.ana) as tx:
        set_default_filter(tx, late.id)
        assert [f.is_default for f in list_filters(tx.connection, team.ana.user_id)] == [
            True,
            False,
        ]
        set_default_filter(tx, None)
        delete_filter(tx, own.id)
        delete_filter(tx, own.id)
        assert [f.is_default for f in list_filters(tx.connection, team.ana.user_id)] == [False]
    with pytest.raises(NotFound), services.uow.begin(team.luis) as tx:
        set_default_filter(tx, late.id)
    with services.uow.begin(team.luis) as tx:
        delete_filter(tx, late.id)  # somebody else's: nothing happens
    with services.uow.read() as connection:
        assert len(list_filters(connection, team.ana.user_id)) == 1


def test_filters_have_names_owners_and_a_limit(team: Team) -> None:
    services = team.stage.services
    for name in ("", " ", "x" * 61):
        with pytest.raises(Invalid), services.uow.begin(team.ana) as tx:
            save_filter(tx, name, "country=PY")
    with pytest.raises(Forbidden), services.uow.begin(ANONYMOUS) as tx:
        save_filter(tx, "nadie", "country=PY")
    with services.uow.begin(team.ana) as tx:
        for number in range(MOST):
            save_filter(tx, f"Filtro {number}", "country=PY")
    with pytest.raises(Refused), services.uow.begin(team.ana) as tx:
        save_filter(tx, "Uno más", "country=PY")
    with services.uow.begin(team.ana) as tx:
        save_filter(tx, "Filtro 0", "country=CL")  # replacing is no growing
