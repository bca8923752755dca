"""`ricomi fund spend`, `pay` and `drop`: by two persons with their offices."""

from tests.cli.conftest import Ricomi, printed, told

FUND, CERTIFIER = "fondo@example.org", "certificacion@example.org"
FOR = ("administration", "4", "--source", "member_states", "--document", "Plan 3", "--as", FUND)
SHOWN = ("--bank-reference", "A", "--on", "2026-03-05", "--as")


def test_own_spending_is_prepared_by_one_and_paid_by_another(ricomi: Ricomi) -> None:
    printed(ricomi("user", "add", FUND, "--role", "fund_administrator"))
    printed(ricomi("user", "add", CERTIFIER, "--role", "certifying_officer"))
    gift = printed(ricomi("fund", "pledge", "CA", "10", "--on", "2026-02-05")).strip()
    printed(ricomi("fund", "receive", gift, "10", "--bank-reference", "A", "--on", "2026-02-06"))
    ref, other = (printed(ricomi("fund", "spend", *FOR)).strip() for _ in range(2))
    assert ref.startswith("SPEND-")
    assert "Another person" in told(ricomi("fund", "pay", ref, *SHOWN, FUND))
    assert printed(ricomi("fund", "pay", ref, *SHOWN, CERTIFIER)) == f"{ref}  paid\n"
    dropped = ricomi("fund", "drop", other, "--reason", "Called off", "--as", FUND)
    assert printed(dropped) == f"{other}  dropped\n"
    assert "The books hold." in printed(ricomi("fund", "verify"))
