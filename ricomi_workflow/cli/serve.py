"""`ricomi serve` and `ricomi worker`: the two processes of an installation."""

from __future__ import annotations

import click
import waitress

from ricomi_workflow.bootstrap import settings_from_env
from ricomi_workflow.cli.console import product, transport_of
from ricomi_workflow.identity.queries import is_demonstration
from ricomi_workflow.worker.scheduler import run


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--threads", type=click.IntRange(1, 64), default=8, show_default=True)
def serve(host: str, port: int, threads: int) -> None:
    """Serve the pages and the API until interrupted; TLS is the business of a proxy before it."""
    from ricomi_workflow.web.app import create_app  # noqa: PLC0415 - heavy, and few commands serve

    with product() as services:
        with services.uow.read() as connection:
            demo = is_demonstration(connection)
        app = create_app(services, demo=demo)
        click.echo(f"Listening on {host}:{port} for {services.base_url}. Stop: Ctrl+C.", err=True)
        try:
            waitress.serve(app, host=host, port=port, threads=threads, ident=None)
        except OSError as error:
            raise click.ClickException(f"{host}:{port} cannot be used: {error}") from None


@click.command()
def worker() -> None:
    """Do what falls due: deadlines, reminders, mail. Run at least one beside `ricomi serve`."""
    settings = settings_from_env()
    with product(settings) as services:
        run(
            services,
            transport_of(settings),
            started=lambda: click.echo("The worker is at work. Stop with Ctrl+C.", err=True),
        )
