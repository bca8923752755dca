"""`ricomi fund periods`, `close` and `reopen`: by persons with their offices."""

from tests.cli.conftest import Ricomi, printed, told

FUND, CERTIFIER = "fondo@example.org", "certificacion@example.org"
MONTH = "2026-03"


def test_a_month_is_closed_by_one_and_reopened_by_two(ricomi: Ricomi) -> None:
    printed(ricomi("user", "add", FUND, "--role", "fund_administrator"))
    printed(ricomi("user", "add", CERTIFIER, "--role", "certifying_officer"))
    gift = printed(ricomi("fund", "pledge", "CA", "11", "--on", "2026-02-05")).strip()
    early = ("--on", "2026-02-06")  # from here on the years are listed, whatever year it is
    printed(ricomi("fund", "receive", gift, "1", "--bank-reference", "0", *early))
    assert printed(ricomi("fund", "close", MONTH, "--as", FUND)) == f"{MONTH}  closed\n"
    assert f"{MONTH}         0  closed" in printed(ricomi("fund", "periods"))
    late = ("--on", "2026-03-05")
    said = told(ricomi("fund", "receive", gift, "10", "--bank-reference", "A", *late))
    assert MONTH in said
    asked = ricomi("fund", "reopen", MONTH, "--as", FUND, "--reason", "An invoice came late")
    assert printed(asked) == f"{MONTH}  asked\n"
    assert f"{MONTH}         0  reopening asked" in printed(ricomi("fund", "periods"))
    assert ricomi("fund", "reopen", MONTH, "--as", FUND).exit_code == 1
    printed(ricomi("fund", "reopen", MONTH, "--as", CERTIFIER, "--keep", "--reason", "No"))
    printed(ricomi("fund", "reopen", MONTH, "--as", FUND, "--reason", "It is large"))
    assert printed(ricomi("fund", "reopen", MONTH, "--as", CERTIFIER)) == f"{MONTH}  reopened\n"
    printed(ricomi("fund", "receive", gift, "10", "--bank-reference", "A", *late))
    assert f"{MONTH}         1  open" in printed(ricomi("fund", "periods"))


def test_what_is_wrong_is_said_in_words(ricomi: Ricomi) -> None:
    printed(ricomi("user", "add", FUND, "--role", "fund_administrator"))
    for words in (("close", "2999"), ("close", "March"), ("reopen", MONTH, "--reason", "x")):
        done = ricomi("fund", *words, "--as", FUND)
        assert done.exit_code == 1
        assert "Traceback" not in told(done)
    assert ricomi("fund", "reopen", MONTH, "--as", FUND, "--keep").exit_code == 2
