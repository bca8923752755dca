"""`ricomi audit`: prove the trails."""

from __future__ import annotations

import sys

import click
from sqlalchemy import func, select

from ricomi_workflow.audit.checkpoints import (
    find_faulty_checkpoints,
    list_checkpoints,
    make_checkpoint,
)
from ricomi_workflow.audit.queries import Fault, verify_trails
from ricomi_workflow.bootstrap import PINS, TRAIL_CHECKS
from ricomi_workflow.cases.models import case
from ricomi_workflow.cases.trail_check import missing_cases
from ricomi_workflow.cli.console import product
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.clock import iso

WHY = {
    "number": "its number does not follow the one before it",
    "state": "it does not begin in the state in which the entry before it ended",
    "predecessor": "it does not name the digest of the entry before it",
    "digest": "its content does not give its digest: it was altered after it was written",
    "case": "the case does not stand where this last entry left it",
    "version": "it does not join the versions of the process before and after it",
    "facts": "the case's own row does not say what this entry says of it",
    "submission": "the form handed in with it was altered, added or taken away",
    "participation": "a state's participation names it, and it says nothing of the kind",
    "ballot": "the ballot that it opened was altered, added or taken away",
    "electorate": "the states counted in the ballot are not those that it names",
    "vote": "the vote that it took was altered, added or taken away",
    "outcome": "the ballot's outcome is not the one that it records and its votes give",
    "period": "the period of the ballot that it began or ended stands otherwise",
    "service": "the proof of notice that it records was altered, added or taken away",
    "roll": "the attendance that it records was altered, added or taken away",
    "file": "a file that it names, or its removal, was altered, added or taken away",
    "journal": "the money that it moved stands otherwise in the books",
    "tranche": "the tranche that it concerns was altered or added",
    "budget": "the lines of the budget that it put in force stand otherwise",
    "refund": "the refund that it records stands otherwise",
    "deadline": "the deadlines of the state it entered are not those that it set",
    "call": "the terms of the call that it announced or extended stand otherwise",
    "call link": "the call in which the request was opened is another, or none",
    "proposal": "what the request asks for in its call stands otherwise",
    "question": "the question that was asked with it was altered, added or taken away",
    "answer": "the answer that was given with it was altered, added or taken away",
    "reviewer": "the people whom it asks to review are not those who stand in their table",
    "review": "the declaration or the scores given with it were altered, added or taken away",
    "ranking": "the order of the call that it froze was altered, added or taken away",
    "adoption": "the adoption of the order that it records stands otherwise",
    "assignment": "who had the case in hand after it was altered, added or taken away",
    "comment": "a comment written after it was altered, added or taken away",
    "decision": "the record of the decision was altered, added or taken away",
    "match": "what was done with a need and an offer was altered, added or taken away",
    "fact confirmation": "what a State said of public facts was altered, added or taken away",
    "decision note": "a note beside the decision was altered, added or taken away",
    "meeting": "the terms of the meeting that it set stand otherwise",
    "meeting agenda": "the order of business that it issued was altered, added or taken away",
    "meeting amendment": "an amendment of the minutes was altered, added or taken away",
    "meeting amendment answer": "the answer to an amendment was altered, added or taken away",
    "meeting attendance": "the roll of the meeting was altered, added or taken away",
    "meeting certificate": "the certificate of the minutes was altered, added or taken away",
    "meeting document": "a document of the meeting was altered, added or taken away",
    "meeting invitation": "an invitation to a closed item was altered, added or taken away",
    "meeting item act": "what it did to an item was altered, added or taken away",
    "meeting minutes": "a version of the minutes was altered, added or taken away",
    "meeting proposal": "an item that was proposed was altered, added or taken away",
    "meeting task": "a task that the meeting gave was altered, added or taken away",
    "meeting task reminder": "the reminder of a task was altered, added or taken away",
    "meeting task done": "the end of a task was altered, added or taken away",
    "positions": "what the States answered stands otherwise beside the record of the decision",
    "seats": "why the States are counted in the ballot stands otherwise than in its record",
    "confirmation": "the confirmation of the rule that it names was altered or taken away",
    "certificate": "no certificate that was in force at its hour let its author stand in",
}

POINTS = {
    "link": "it does not follow the one before it, or does not give its digest",
    "root": "its leaves do not give its root",
    "entry": "an entry that it covers was altered or cut off",
}


@click.group()
def audit() -> None:
    """The trails of cases."""


@audit.command("verify")
def verify_command() -> None:
    """Recompute every chain and hold the other tables against it.

    Exit 1 and name the first broken entry of each case.
    """
    faults: list[Fault] = []
    with product(needs_processes=False) as services, services.uow.read() as connection:
        number = connection.execute(select(func.count()).select_from(case)).scalar_one()
        with click.progressbar(length=number, label="Trails", file=sys.stderr) as bar:
            for found in verify_trails(connection, TRAIL_CHECKS):
                faults += [found] if found else []
                bar.update(1)
        gone = missing_cases(connection)
        points = list(find_faulty_checkpoints(connection))
    for fault in faults:
        click.echo(f"{fault.ref}, entry {fault.seq}: {WHY[fault.why]}")
    for ref in gone:
        click.echo(f"{ref}: the case is gone, though its number was given")
    for point, why in points:
        click.echo(f"Checkpoint {point}: {POINTS[why]}")
    broken = len(faults) + len(gone) + len(points)
    click.echo(f"{number} trails verified, {broken} broken")
    sys.exit(1 if broken else 0)


@audit.command("checkpoint")
@click.option("--list", "listed", is_flag=True, help="Only tell those that were made.")
def checkpoint_command(*, listed: bool) -> None:
    """Make a checkpoint over all trails now, and tell its digest.

    The worker makes one a day. Keep the digests where nobody of the system can change them.
    """
    with product(needs_processes=False) as services:
        if not listed:
            with services.uow.begin(SYSTEM) as tx:
                make_checkpoint(tx, PINS)
        with services.uow.read() as connection:
            made = list_checkpoints(connection, limit=100 if listed else 1)
    for each in made:
        click.echo(f"{each.number}  {iso(each.at)}  {each.size}  {each.root}  {each.digest}")
