"""Datasette in a process of its own: reads what to do from its input, a line of JSON each.

The first line holds `facts`: the SQLite `file`, the `path` that is asked for, and the `total` that
it must find; the others `do`: `turn` with `acts`, `statements`, `faults`.
"""

import asyncio
import json
import sys
import time

from datasette.app import Datasette

PATIENT = 600_000  # milliseconds, so that nothing is cut short
SETTINGS = {
    "sql_time_limit_ms": PATIENT,
    "facet_time_limit_ms": PATIENT,
    "suggest_facets": False,
    "default_cache_ttl": 0,
}


class Serving:
    """Datasette, asked for one page again and again, without HTTP between."""

    def __init__(self, facts):
        self.facts = facts
        self.loop = asyncio.new_event_loop()
        self.served = Datasette([], immutables=[facts["file"]], settings=SETTINGS)

    def ask(self):
        """The page."""
        answer = self.loop.run_until_complete(self.served.client.get(self.facts["path"]))
        return answer.json()

    def turn(self, acts):
        """Ask so many times; answer what it took."""
        cpu, begun = time.process_time(), time.perf_counter()
        for _ in range(acts):
            self.ask()
        return {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu}

    def statements(self):
        """Nobody counts them."""
        return {"statements": None}

    def faults(self):
        """Whether it finds what the product finds, and counts the four facets."""
        page = self.ask()
        found = (page.get("filtered_table_rows_count"), len(page.get("facet_results", ())))
        wanted = (self.facts["total"], 4)
        return {"faults": [] if found == wanted else [f"{found} instead of {wanted}"]}


def main():
    """Serve until the input ends."""
    serving = Serving(json.loads(sys.stdin.readline())["facts"])
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        answer = getattr(serving, asked.pop("do"))(**asked)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
