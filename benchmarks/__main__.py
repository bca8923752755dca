"""`./ricomi bench [SECTION ...] [--json] [--quick] [--gate]`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from benchmarks.harness import Budget
from benchmarks.places import PLACES
from benchmarks.remote import DATASETTE, PeersMissingError, peer_python
from benchmarks.report import as_json, is_held, table
from benchmarks.search import ENTRIES
from benchmarks.sections import SECTIONS, Heat, Plan, run

_USUAL = Budget(rounds=100, seconds=0.02)
_QUICK = Budget(rounds=8, seconds=0.01)
FAULTY, PEERS_MISSING = 1, 3
_PRECEDENCE = -10


def main(arguments: list[str] | None = None) -> int:
    """Run the races asked for; 0, or 1 for faults and missed floors, or 3 without the peers."""
    asked = _parser().parse_args(arguments)
    sections = asked.sections or SECTIONS
    python, missing = _peers(sections, {"engine", "transition"}, None, wanted=not asked.no_peers)
    viewer, absent = _peers(sections, {"search"}, DATASETTE, wanted=not asked.no_peers)
    missing = "; ".join(filter(None, (missing, absent)))
    plan = Plan(
        sections=sections,
        databases=asked.database or tuple(PLACES),
        budget=_QUICK if asked.quick else _USUAL,
        peers=python,
        datasette=viewer,
        entries=asked.entries,
    )
    heats = []
    for heat in run(plan, lambda words: print(f"- {words}", file=sys.stderr, flush=True)):
        heats.append(heat)
        if not asked.json:
            print(f"\n{table(heat)}", flush=True)
    if asked.json:
        print(json.dumps(as_json(heats, missing), ensure_ascii=False, indent=2))
    if missing:
        print(f"The peers could not be installed, so they did not run: {missing}", file=sys.stderr)
    return _verdict(heats, gated=asked.gate) or (PEERS_MISSING if missing else 0)


def _come_first() -> None:
    """Ask for precedence over other work on the machine, if that may be asked for."""
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, _PRECEDENCE)


def _verdict(heats: list[Heat], *, gated: bool) -> int:
    faulty = any(result.faults for heat in heats for result in heat.results)
    missed = gated and not all(is_held(heat) for heat in heats)
    return FAULTY if faulty or missed else 0


def _peers(
    sections: Sequence[str], served: set[str], requirements: Path | None, *, wanted: bool
) -> tuple[Path | None, str]:
    """The Python of the peers that race in the sections `served`, or why there is none."""
    if not wanted or not served & set(sections):
        return None, ""
    try:
        return peer_python(requirements), ""
    except PeersMissingError as error:
        return None, str(error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./ricomi bench",
        description="Race the product against raw SQL and peers; read the ratios.",
    )
    parser.add_argument(
        "sections", nargs="*", type=_section, metavar="SECTION", help=", ".join(SECTIONS)
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--quick", action="store_true", help="few short rounds: a trial")
    parser.add_argument("--gate", action="store_true", help="exit 1 when a floor is missed")
    parser.add_argument("--no-peers", action="store_true", help="leave the peers out")
    parser.add_argument(
        "--entries", type=int, default=ENTRIES, help="of the catalogue that is searched"
    )
    parser.add_argument(
        "--database", action="append", choices=tuple(PLACES), help="only this one (may be repeated)"
    )
    return parser


def _section(name: str) -> str:
    if name not in SECTIONS:
        raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(SECTIONS)}")
    return name


if __name__ == "__main__":
    _come_first()
    sys.exit(main())
