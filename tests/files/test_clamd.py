"""The client of ClamAV's daemon, against a daemon that speaks its protocol."""

import io

import pytest

from ricomi_workflow.files.clamd import Clamd
from ricomi_workflow.kernel.files import NoVerdict
from tests.files.scanner import daemon
from tests.support.noted import EICAR, PDF
from tests.support.ports import unanswered


def test_a_clean_content_is_sent_whole_and_called_clean() -> None:
    large = PDF * 5_000
    with daemon() as running:
        verdict = Clamd("127.0.0.1", running.port).scan(io.BytesIO(large))
        assert (verdict.clean, running.contents) == (True, [large])


def test_what_is_harmful_is_called_by_its_name() -> None:
    with daemon() as running:
        verdict = Clamd("127.0.0.1", running.port).scan(io.BytesIO(EICAR))
    assert (verdict.clean, verdict.found) == (False, "Eicar-Signature")


def test_an_answer_that_is_no_verdict_is_none() -> None:
    with daemon() as running:
        running.says = "INSTREAM size limit exceeded. ERROR"
        with pytest.raises(NoVerdict):
            Clamd("127.0.0.1", running.port).scan(io.BytesIO(PDF))


def test_a_daemon_that_hangs_up_on_a_large_content_gives_no_verdict_on_it() -> None:
    """As clamd does beyond its StreamMaxLength: while the rest is sent the line breaks."""
    with daemon() as running:
        running.most = 1_000
        for size in (2_000, 20_000_000):
            with pytest.raises(NoVerdict, match=r"limit exceeded|StreamMaxLength") as caught:
                Clamd("127.0.0.1", running.port).scan(io.BytesIO(b"." * size))
            assert not caught.value.silent


def test_a_daemon_that_says_nothing_is_not_waited_for_without_end() -> None:
    with daemon() as running:
        running.hangs_on = PDF
        with pytest.raises(NoVerdict) as caught:
            Clamd("127.0.0.1", running.port, patience=0.2).scan(io.BytesIO(PDF))
        assert caught.value.silent


def test_a_daemon_that_is_not_there_gives_no_verdict() -> None:
    with unanswered() as port, pytest.raises(OSError, match="refused"):
        Clamd("127.0.0.1", port).scan(io.BytesIO(PDF))


def test_an_address_says_a_port_or_a_socket() -> None:
    assert Clamd.from_url("tcp://scanner") == Clamd("scanner", 3310)
    assert Clamd.from_url("unix:/run/clamd.ctl") == Clamd(path="/run/clamd.ctl")
    for wrong in ("scanner:3310", "http://scanner", "unix:run/clamd.ctl"):
        with pytest.raises(ValueError, match="tcp://"):
            Clamd.from_url(wrong)
