"""A statement is taken from its file to the reconciliation in a browser, in two languages."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page

from ricomi_workflow.bank.rows import list_unmatched_postings
from ricomi_workflow.bank.statement import BankStatement, StatementLine
from ricomi_workflow.definitions.texts import load_texts
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.simulation.camt_writer import camt053
from tests.support.browser import axe_findings, save_screenshot
from tests.support.looking import broken_relations, overflowing, small_targets, spilling
from tests.support.site import Site
from tests.support.walking import Walker

ACCOUNT = "usd-main"
CERTIFIER = (Role.CERTIFYING_OFFICER, None)
Entering = Callable[..., Walker]


@pytest.fixture(scope="module")
def paper(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the bank says of the gifts: the first one less a fee, and a fee of its own."""
    site.give()
    with site.stage.services.uow.read() as connection:
        gifts = list_unmatched_postings(connection, ACCOUNT, date.min)
    lines = [
        StatementLine(
            x.at, None, x.amount - Money(2000 * (not n)), (f"BK{n}", x.reference), "", x.named
        )
        for n, x in enumerate(gifts)
    ]
    first, last = site.today - timedelta(9), site.today
    fee = StatementLine(last, None, Money(-1250), ("BK-FEE",), "", "Account fee")
    moved = sum(line.amount.minor for line in [*lines, fee])
    days = (first, last)
    said = BankStatement("RICOMI-USD-0001", "S1", 1, *days, Money(0), Money(moved), (*lines, fee))
    file = tmp_path_factory.mktemp("bank") / "s1.xml"
    file.write_bytes(camt053([said]))
    return file


def looked_at(page: Page, name: str) -> list[str]:
    """What a reader with a screen reader, a thumb or a small screen would stumble over."""
    faults = [f"{name}: {each}" for each in broken_relations(page) + spilling(page)]
    faults += [f"{name}: {each}" for each in axe_findings(page)]
    if (page.viewport_size or {"width": 0})["width"] < 400:
        faults += [f"{name}: {each}" for each in small_targets(page) + overflowing(page)]
    save_screenshot(page, f"bank-{name}")
    return faults


@pytest.mark.parametrize(("lang", "width"), [("es", 1280), ("pt", 390)])
def test_the_officer_takes_a_statement_to_the_reconciliation(
    visitor: Entering, paper: Path, lang: str, width: int
) -> None:
    texts = load_texts()

    def t(key: str, **facts: object) -> str:
        return texts.text(f"bank.{key}", lang, **facts)

    walker = visitor(lang=lang, width=width)
    walker.enter(CERTIFIER)
    page, faults = walker.page, list[str]()
    walker.visit("/fund/bank")
    faults += looked_at(page, f"accounts-{width}")
    walker.visit(f"/fund/bank/{ACCOUNT}")
    page.set_input_files("#file", paper)
    walker.press(t("look"))
    faults += looked_at(page, f"file-{width}")
    if page.get_by_role("button", name=t("import_button", n=1)).count():
        walker.press(t("import_button", n=1))
    else:  # the first of the two languages brought it
        walker.sees(t("nothing_new"))
        walker.visit(f"/fund/bank/{ACCOUNT}")
    faults += looked_at(page, f"account-{width}")
    walker.visit(f"/fund/bank/{ACCOUNT}/matching")
    faults += looked_at(page, f"matching-{width}")
    if page.get_by_role("button", name=t("review")).count():
        walker.press(t("review"))
        faults += looked_at(page, f"confirm-{width}")
        page.go_back()
    walker.go(page.get_by_role("link", name="Account fee"))
    walker.press(t("review"))
    faults += looked_at(page, f"line-refused-{width}")
    page.select_option("#explanation", "bank_fee")
    page.fill("#note", "S1")
    walker.press(t("review"))
    faults += looked_at(page, f"line-confirm-{width}")
    walker.visit(f"/fund/bank/{ACCOUNT}/report")
    faults += looked_at(page, f"report-{width}")
    assert not faults, "\n".join(faults)
