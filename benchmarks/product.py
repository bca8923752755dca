"""The product as a contestant: its real verbs, by the shipped definitions, on its own copy."""

from __future__ import annotations

from typing import cast

import psycopg
from sqlalchemy import make_url

from benchmarks.counting import calls_of_sqlite, messages_of_libpq
from benchmarks.harness import Local
from benchmarks.places import Place
from benchmarks.world import World, enter


class Product(Local):
    """The composed product; `act` is left to the section."""

    def __init__(self, place: Place, clients: int = 1) -> None:
        self.name = "RICOMI Workflow"
        self.clients = clients
        self.place = place
        self.address = place.copy()
        self.world: World = enter(self.address)
        self.services = self.world.services

    def cpu_elsewhere(self) -> float:
        """What the server used."""
        return self.place.cpu(self.address)

    def statements(self) -> float:
        """Counted on two acts, since acts may come in pairs; all of them use one connection."""
        engine = self.services.uow.engine
        engine.dispose()
        if make_url(self.address).get_backend_name() == "sqlite":
            self.twice()  # a new connection sets itself up
            return calls_of_sqlite(self.twice) / 2
        fairy = engine.raw_connection()
        session = cast("psycopg.Connection", fairy.driver_connection)
        fairy.close()
        return messages_of_libpq(session.pgconn, self.twice) / 2

    def close(self) -> None:
        """Close the connections."""
        self.services.uow.engine.dispose()
