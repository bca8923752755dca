"""The commands that stay: real processes, stopped by the signals that stop services."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket

import click
import pytest

from ricomi_workflow.cli import main
from tests.cli.conftest import Ricomi, printed
from tests.support.ports import port_to_take

WAIT_SECONDS = 120  # a busy machine is no fault of a process


# What a shell starts in the background inherits that it is not to be interrupted.
_FROM_A_TERMINAL = """import signal
from ricomi_workflow.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)
main()"""


@contextmanager
def running(environment: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own; killed if the test leaves it running."""
    program = [sys.executable, "-c", _FROM_A_TERMINAL, *arguments]
    with subprocess.Popen(  # noqa: S603 - our own command
        program,
        env={**os.environ, **environment},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def until(happens: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait until something happens by `process`, or fail."""
    end = time.monotonic() + WAIT_SECONDS
    while not happens():
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own server
            return bool(answer.status == 200)
    except OSError:  # nobody answers yet, or not in time
        return False


def test_serve_answers_until_it_is_interrupted(prepared: str, environment: dict[str, str]) -> None:
    port = port_to_take()
    variables = {**environment, "RICOMI_DATABASE_URL": prepared}
    with running(variables, "serve", "--port", str(port)) as process:
        until(lambda: answers(f"http://127.0.0.1:{port}/api/v1/openapi.json"), process)
        process.send_signal(signal.SIGINT)
        assert process.wait(WAIT_SECONDS) == 0


def test_the_worker_delivers_and_stops_when_told(
    prepared: str, environment: dict[str, str], ricomi: Ricomi, tmp_path: Path
) -> None:
    printed(ricomi("user", "add", "ana@gov.py", "--role", "focal_point", "--country", "PY"))
    variables = {**environment, "RICOMI_DATABASE_URL": prepared}
    mail = tmp_path / "ricomi" / "files" / "mail"
    with running(variables, "worker") as process:
        until(lambda: any(mail.glob("*.eml")), process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT_SECONDS) == 0


def test_a_port_in_use_is_a_sentence(prepared: str, environment: dict[str, str]) -> None:
    variables = {**environment, "RICOMI_DATABASE_URL": prepared}
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with running(variables, "serve", "--port", port) as process:
            _, said = process.communicate(timeout=WAIT_SECONDS)
    assert process.returncode == 1
    assert "cannot be used" in said
    assert "Traceback" not in said


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command, with the words that call it."""
    yield path
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("path", list(commands(main)), ids=" ".join)
def test_every_command_says_what_it_does(bare: Ricomi, path: tuple[str, ...]) -> None:
    said = printed(bare(*path, "--help"))
    assert len(said.split("\n\n")[1].strip()) > 5  # below the usage, which may take two lines
