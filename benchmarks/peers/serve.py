"""One peer in a process of its own: reads what to do from its input, a line of JSON each.

The first line holds `engine`, `database` (a Django database) or null, and `facts` (the case, and
what its two moves write); the others `do`: `turn` with `acts`, `statements`, `faults`.
"""

import json
import sys
import time

import django
from django.conf import settings
from django.core.management import call_command

from benchmarks.counting import calls_of_sqlite, messages_of_libpq

APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django_fsm_log",
    "viewflow",
    "viewflow.workflow",
    "benchmarks.peers",
]


def set_up(database):
    """Configure Django for one database, and make its tables."""
    settings.configure(
        DATABASES={"default": database or {"ENGINE": "django.db.backends.dummy"}},
        INSTALLED_APPS=APPS if database else [*APPS[:2], *APPS[3:]],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        SECRET_KEY="of a benchmark",  # noqa: S106 - signs nothing
        TIME_ZONE="UTC",
    )
    django.setup()
    if database:
        call_command("migrate", run_syncdb=True, verbosity=0)


def fill(facts):
    """One case with its partner, executing and catalogued."""
    from benchmarks.peers.models import Case, Catalogued, Partner

    case = Case.objects.create(ref=facts["ref"], title=facts["title"], head="0" * 64)
    Partner.objects.create(case=case, country="CL")
    Catalogued.objects.create(case=case, changed_at="2026-11-01T00:00:00Z")


class Serving:
    """The peer that is served."""

    def __init__(self, peer, facts):
        self.peer, self.facts = peer, facts

    def turn(self, acts):
        """Do so many acts; answer what they took."""
        act = self.peer.act
        cpu, begun = time.process_time(), time.perf_counter()
        for _ in range(acts):
            act()
        return {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu}

    def twice(self):
        """Two acts."""
        self.peer.act()
        self.peer.act()

    def statements(self):
        """How many statements an act sends."""
        from django.db import connection

        if self.facts["halves"] is None:
            return {"statements": None}
        if connection.vendor == "sqlite":
            return {"statements": calls_of_sqlite(self.twice) / 2}
        return {"statements": messages_of_libpq(connection.connection.pgconn, self.twice) / 2}

    def faults(self):
        """What does not hold."""
        from benchmarks.peers.work import faults

        return {"faults": faults(self.facts["halves"]) if self.facts["halves"] else []}


def main():
    """Serve one peer until the input ends."""
    wanted = json.loads(sys.stdin.readline())
    set_up(wanted["database"])
    from benchmarks.peers.engines import ALONE, ENGINES

    if wanted["database"]:
        fill(wanted["facts"])
    made = (ENGINES | ALONE)[wanted["engine"]](wanted["facts"])
    serving = Serving(made, wanted["facts"])
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        answer = getattr(serving, asked.pop("do"))(**asked)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
