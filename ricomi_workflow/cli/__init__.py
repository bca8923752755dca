"""The command `ricomi`: the verbs of the product for people at a terminal."""

import click


@click.group()
@click.version_option(package_name="ricomi-workflow")
def main() -> None:
    """Run RICOMI Workflow: horizontal-cooperation requests, from draft to reported."""
