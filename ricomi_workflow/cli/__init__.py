"""The command `ricomi`: the verbs of the product for people at a terminal."""

import click

from ricomi_workflow.cli.audit import audit
from ricomi_workflow.cli.ballots import ballots
from ricomi_workflow.cli.bank import bank
from ricomi_workflow.cli.cases import cases
from ricomi_workflow.cli.catalogue import catalogue
from ricomi_workflow.cli.committees import bodies
from ricomi_workflow.cli.console import Commands
from ricomi_workflow.cli.db import db
from ricomi_workflow.cli.definitions import definitions
from ricomi_workflow.cli.demo import demo
from ricomi_workflow.cli.files import files
from ricomi_workflow.cli.fund import fund
from ricomi_workflow.cli.mail import mails
from ricomi_workflow.cli.matching import matches
from ricomi_workflow.cli.serve import serve, worker
from ricomi_workflow.cli.simulate import simulate
from ricomi_workflow.cli.statements import COMMANDS as STATEMENTS
from ricomi_workflow.cli.users import tokens, users
from ricomi_workflow.cli.webhooks import webhooks
from ricomi_workflow.cli.workflow import workflow


@click.group(cls=Commands)
@click.version_option(package_name="ricomi-workflow")
def main() -> None:
    """Run RICOMI Workflow: horizontal-cooperation requests, from draft to reported."""


for _command in (
    audit, ballots, bodies, cases, catalogue, db, definitions, demo, files,
    fund, mails, matches, serve, simulate, tokens, users, webhooks, worker, workflow,
):  # fmt: skip
    main.add_command(_command)
for _command in (bank, *STATEMENTS):
    fund.add_command(_command)
