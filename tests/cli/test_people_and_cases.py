import json
import re
from pathlib import Path

import pytest
from sqlalchemy import text

from ricomi_workflow.bootstrap import Settings, compose
from ricomi_workflow.db.engine import create_engine
from ricomi_workflow.identity.sign_in import sign_in, use_link
from ricomi_workflow.kernel.actors import ANONYMOUS
from ricomi_workflow.resources import root
from tests.cli.conftest import Ricomi, printed, told

ANA = "ana@migraciones.gov.py"
REAL = str(root("reference") / "cases" / "ricomi-2011.yaml")
COVER = str(root("reference") / "cases" / "ricomi-2011-cover.yaml")


def add_ana(ricomi: Ricomi) -> str:
    command = ("user", "add", ANA, "--role", "focal_point", "--country", "PY", "--lang", "es")
    return printed(ricomi(*command)).strip()


def test_a_person_is_added_and_answers_the_printed_link(
    ricomi: Ricomi, prepared: str, tmp_path: Path
) -> None:
    link = add_ana(ricomi)
    found = re.fullmatch(r"http://127\.0\.0\.1:8000/es/link/([\w-]{43})", link)
    assert found
    secret = (tmp_path / "ricomi" / "secret_key").read_text()
    services = compose(Settings(prepared, secret))
    with services.uow.begin(ANONYMOUS) as tx:
        key = use_link(tx, found[1], "correct horse battery")
    assert sign_in(services.uow, ANA, "correct horse battery", "127.0.0.1") == key
    services.uow.engine.dispose()
    assert f"{ANA}  {ANA}  focal_point:PY" in printed(ricomi("user", "list"))


def test_mistakes_about_a_person_are_sentences(ricomi: Ricomi) -> None:
    add_ana(ricomi)
    again = ("user", "add", ANA, "--role", "focal_point", "--country", "PY")
    assert told(ricomi(*again)).startswith("Error: email: ")
    german = ("user", "add", "x@example.org", "--role", "focal_point", "--country", "DE")
    assert "Este país" in told(ricomi(*german, LANG="es_PY.UTF-8"))
    assert "This country" in told(ricomi(*german, LANG="C.UTF-8"))
    assert "country: " in told(ricomi("user", "add", "x@example.org", "--role", "focal_point"))
    assert "Nobody here" in told(ricomi("user", "invite", "nobody@example.org"))
    assert "x@example.org" not in printed(ricomi("user", "list"))


def test_roles_are_given_and_ended_and_accounts_closed(ricomi: Ricomi) -> None:
    add_ana(ricomi)
    role = ("user", "role", ANA, "--role", "ceam_delegate", "--country", "py")
    printed(ricomi(*role))
    assert "ceam_delegate:PY, focal_point:PY" in printed(ricomi("user", "list"))
    printed(ricomi(*role, "--end"))
    assert "ceam_delegate" not in printed(ricomi("user", "list"))
    assert "does not hold" in told(ricomi(*role, "--end"))
    assert "/es/link/" in printed(ricomi("user", "invite", ANA))
    printed(ricomi("user", "close", ANA))
    assert "(closed)" in printed(ricomi("user", "list"))


def test_a_token_is_made_for_an_office_listed_and_ended(ricomi: Ricomi) -> None:
    add_ana(ricomi)
    make = ("token", "make", ANA, "--name", "Informe", "--scope", "cases:read")
    token = printed(ricomi(*make)).strip()
    assert re.fullmatch(r"ricomi_[\w-]{43}", token)
    [row] = json.loads(printed(ricomi("token", "list", ANA, "--json")))
    assert (row["office"], row["scopes"], row["works"]) == ("focal_point:PY", ["cases:read"], True)
    other = ("--role", "focal_point", "--country", "cl")
    assert "office: " in told(ricomi(*make, *other))
    printed(ricomi("token", "end", ANA, token[-4:]))
    assert "ended" in printed(ricomi("token", "list", ANA))
    assert "has no token" in told(ricomi("token", "end", ANA, token[-4:]))
    assert "ends in -9xY" in told(ricomi("token", "end", ANA, "-9xY")), "an ending, no option"


def test_the_proposal_of_2011_is_imported_as_a_person_would_submit_it(ricomi: Ricomi) -> None:
    add_ana(ricomi)
    ref, state = printed(ricomi("case", "import", REAL)).split()
    assert state == "submitted"
    [listed] = json.loads(printed(ricomi("case", "list", "--json")))
    assert (listed["ref"], listed["country"], listed["illustrative"]) == (ref, "PY", True)
    assert listed["title"]["es"].endswith("(RICOMI)")
    shown = json.loads(printed(ricomi("case", "show", ref.lower(), "--json")))
    assert [entry["act"] for entry in shown["trail"]] == ["case.opened", "case.submit"]
    [given] = shown["submissions"]
    totals = [row["total"] for row in given["values"]["budget"]]
    assert sum(float(total) for total in totals) == 130_000
    assert given["form"] == "request/v2"
    for line in ("case.submit", "Illustrative", "form request/v2, 1, by entry 2"):
        assert line in printed(ricomi("case", "show", ref))
    assert "1 trails verified, 0 broken" in printed(ricomi("audit", "verify"))


def test_the_cover_sheet_is_refused_with_both_places_and_the_difference(ricomi: Ricomi) -> None:
    add_ana(ricomi)
    said = told(ricomi("case", "import", COVER))
    for words in ("130,000", "111,000", "19,000", "[financing]", "[budget]"):
        assert words in said
    assert "19.000" in told(ricomi("case", "import", COVER, "--draft", LANG="pt_BR.UTF-8"))
    assert json.loads(printed(ricomi("case", "list", "--json"))) == []


def test_a_draft_is_kept_in_draft(ricomi: Ricomi) -> None:
    add_ana(ricomi)
    assert printed(ricomi("case", "import", REAL, "--draft")).split()[1] == "draft"
    assert json.loads(printed(ricomi("case", "list", "--state", "submitted", "--json"))) == []
    assert "RICOMI-" in printed(ricomi("case", "list", "--state", "draft"))


def test_a_case_is_opened_by_a_focal_point_of_its_state(ricomi: Ricomi) -> None:
    assert "There is no focal point yet" in told(ricomi("case", "import", REAL))
    chile = ("user", "add", "luis@gob.cl", "--role", "focal_point", "--country", "CL")
    printed(ricomi(*chile))
    assert "PY has no focal point" in told(ricomi("case", "import", REAL))
    told(ricomi("case", "import", REAL, "--as", "luis@gob.cl"))
    assert "Nobody here" in told(ricomi("case", "import", REAL, "--as", "nobody@gob.py"))
    add_ana(ricomi)
    printed(ricomi("user", "role", "luis@gob.cl", "--role", "focal_point", "--country", "PY"))
    said = told(ricomi("case", "import", REAL))
    assert "several focal points" in said
    assert ANA in said
    printed(ricomi("case", "import", REAL, "--as", ANA))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("kind: [", "case.yaml"),
        ("- a\n", "case.yaml"),
        ("kind: cooperation_request\ncountry: PY\nvalues: {}\n", "form"),
        ("kind: tea\ncountry: PY\nform: request/v2\nvalues: {}\n", "tea"),
        ("kind: cooperation_request\ncountry: PY\nform: refund/v1\nvalues: {}\n", "request/v2"),
        ("kind: cooperation_request\ncountry: PY\nform: request/v2\nvalues: 7\n", "values"),
        ("kind: cooperation_request\ncountry: PY\nform: request/v2\nvalues: {}\nx: 1\n", "x"),
        ("kind: cooperation_request\ncountry: PY\nform: request/v2\nvalues: {}\n", "[title]"),
        ("\x00\xff", "case.yaml"),
    ],
)
def test_a_bad_file_is_answered_with_its_mistakes(
    ricomi: Ricomi, tmp_path: Path, content: str, words: str
) -> None:
    add_ana(ricomi)
    (tmp_path / "case.yaml").write_text(content, encoding="latin-1")
    assert words in told(ricomi("case", "import", str(tmp_path / "case.yaml")))


def test_a_case_or_a_state_that_does_not_exist_is_told(ricomi: Ricomi) -> None:
    assert "RICOMI-1999-0001" in told(ricomi("case", "show", "RICOMI-1999-0001"))
    assert "ceam_vote" in told(ricomi("case", "list", "--state", "nowhere"))


def test_an_altered_trail_is_found_and_named(ricomi: Ricomi, prepared: str) -> None:
    add_ana(ricomi)
    ref = printed(ricomi("case", "import", REAL)).split()[0]
    engine = create_engine(prepared)
    with engine.connect() as connection:
        connection.execute(text("DROP TRIGGER audit_entry_no_update"))
        connection.execute(text("UPDATE audit_entry SET office = 'chair' WHERE seq = 2"))
        connection.commit()
    engine.dispose()
    said = told(ricomi("audit", "verify"))
    assert f"{ref}, entry 2: its content does not give its digest" in said


def test_an_import_without_any_focal_point_stops_before_it_reads_the_file(
    ricomi: Ricomi, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("kind: [", encoding="utf-8")
    said = told(ricomi("case", "import", str(broken)))
    assert "There is no focal point yet" in said
    assert "--create-accounts" in said
    assert "broken.yaml" not in said
    assert "Nobody here has the e-mail" in told(ricomi("case", "import", str(broken), "--as", ANA))


def test_an_import_creates_the_illustrative_accounts_that_the_file_needs(ricomi: Ricomi) -> None:
    ref, state = printed(ricomi("case", "import", REAL, "--create-accounts")).split()
    assert state == "submitted"
    listed = printed(ricomi("user", "list")).splitlines()
    shown = json.loads(printed(ricomi("case", "show", ref, "--json")))
    countries = {"PY", *(each["country"] for each in shown["participants"])}
    assert {line.split("focal_point:")[1][:2] for line in listed} == countries
    assert all("@ricomi.example" in line for line in listed)
    again = ricomi("case", "import", REAL, "--create-accounts")
    assert printed(again).split()[1] == "submitted"
    assert printed(ricomi("user", "list")).splitlines() == listed


def test_an_import_creates_no_account_beside_the_one_that_is_there(ricomi: Ricomi) -> None:
    add_ana(ricomi)
    printed(ricomi("case", "import", REAL, "--create-accounts"))
    assert "focal.py@" not in printed(ricomi("user", "list"))
