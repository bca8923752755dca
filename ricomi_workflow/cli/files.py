"""`ricomi files`: prove that every content is there and whole."""

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING

import click

from ricomi_workflow.cli.console import Commands, product
from ricomi_workflow.files.folder_store import CHUNK
from ricomi_workflow.files.queries import list_live_digests

if TYPE_CHECKING:
    from ricomi_workflow.kernel.files import Store


@click.group(cls=Commands)
def files() -> None:
    """The contents of files."""


@files.command("verify")
def verify_command() -> None:
    """Read every content and hold its digest against its name.

    Exit 1 and name each one that is missing or altered.
    """
    with product(needs_processes=False) as services:
        with services.uow.read() as connection:
            digests = sorted(list_live_digests(connection))
        faults = []
        with click.progressbar(digests, label="Contents", file=sys.stderr) as bar:
            for sha256 in bar:
                why = fault_of(services.store, sha256)
                faults += [f"{sha256}: {why}"] if why else []
    for fault in faults:
        click.echo(fault)
    click.echo(f"{len(digests)} contents verified, {len(faults)} broken")
    sys.exit(1 if faults else 0)


def fault_of(store: Store, sha256: str) -> str:
    """What is wrong with a content; empty when it is there and whole."""
    seal = hashlib.sha256()
    try:
        with store.open(sha256) as content:
            while part := content.read(CHUNK):
                seal.update(part)
    except FileNotFoundError:
        return "it is not in the store"
    except OSError as error:
        return f"the store cannot give it: {error}"
    return "" if seal.hexdigest() == sha256 else "its bytes were altered"
