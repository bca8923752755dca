"""Exercise mode: a whole life for practice, and nothing of it in any number that others read."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine, select, text, update
from sqlalchemy.exc import DBAPIError

from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.cases.queries import count_by_state
from ricomi_workflow.catalogue.commands import rebuild_catalogue
from ricomi_workflow.catalogue.models import catalogue_entry
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.ledger.models import account
from ricomi_workflow.messaging.models import message
from ricomi_workflow.messaging.queries import get_outbox_health, list_inbox
from ricomi_workflow.messaging.rendering import Reader, render
from ricomi_workflow.statements.ledger_export import beancount
from ricomi_workflow.web.access import EVERYBODY, PROGRAMS
from tests.support.application import application
from tests.support.databases import Databases, continued
from tests.support.story import APPLICANT, LIFE, SECRETARIAT, Story

LANGUAGES = ("es", "en", "pt", "fr")
# Made anew for each visitor, and the instant at which a harvester is answered.
ONCE = re.compile(rb'name="csrf_token" value="[^"]*"|<responseDate>[^<]*</responseDate>')
MARKS = {"es": "Ejercicio", "en": "Exercise", "pt": "Exercício", "fr": "Exercice"}


def carried(engine: Engine) -> Story:
    """The product in which one real request was carried to its end and another waits for votes."""
    story = Story(engine)
    story.fill_the_fund()
    story.after("close")
    story.after("open_ballot")
    return story


@pytest.fixture
def lived(databases: Databases) -> Iterator[Story]:
    """That product."""
    with continued(databases, carried) as (engine, first):
        yield first.on(engine)


def public_addresses(app: Flask, refs: list[str]) -> Iterator[str]:
    """Every address that everybody may read, in each language and for each public case."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if "GET" not in (rule.methods or ()) or getattr(view, "audience", EVERYBODY) not in (
            EVERYBODY,
            PROGRAMS,  # of which some are open to the public, and the rest refuse it alike
        ):
            continue
        if not rule.arguments <= {"lang", "ref", "kind", "number"}:
            continue
        for lang in LANGUAGES:
            for ref in refs:
                values = {"lang": lang, "ref": ref, "kind": "cooperation_request", "number": 1}
                with app.test_request_context():
                    built = app.url_map.bind("localhost").build(
                        rule.endpoint, {name: values[name] for name in rule.arguments}
                    )
                yield built


def everything_public(story: Story) -> dict[str, tuple[int, bytes]]:
    """What the public reads: pages, API, rebuilt catalogue, exports, numbers."""
    app = application(story, story.services)
    client = app.test_client()
    with story.services.uow.begin(SYSTEM) as tx:
        list(rebuild_catalogue(tx, story.services))
    with story.services.uow.read() as connection:
        refs = list(connection.execute(select(catalogue_entry.c.ref)).scalars())
        books = "\n".join(beancount(connection)).encode()
        waiting = repr(get_outbox_health(connection)).encode()
        counts = repr(
            [count_by_state(connection, story.services, person) for person in story.people.values()]
        ).encode()
    found = {"books": (0, books), "outbox": (0, waiting), "counts": (0, counts)}
    for address in sorted(set(public_addresses(app, refs))):
        answer = client.get(address)
        found[address] = (answer.status_code, ONCE.sub(b"", answer.data))
    return found


def test_a_whole_life_in_exercise_mode_leaves_everything_public_byte_for_byte_as_it_was(
    lived: Story,
) -> None:
    before = everything_public(lived)
    assert sum(status == 200 for status, _ in before.values()) > 40
    real = (lived.available(), lived.case().ref)
    lived.open(exercise=True)
    assert lived.ref == "EJ-2026-0001"
    for name, act in LIFE.items():
        act(lived)
        assert not lived.faults(), name
    assert lived.state == "closed"
    lived.do(SECRETARIAT, "correct_facts", {"corrected": ["months"], "months": 3}, reason="Eran 3.")
    assert lived.money() == (0, 0, 7_500, 0, 7_500)  # the fund's verbs were practised all the same
    assert (lived.available(), "RICOMI-2026-0002") == real
    assert lived.public() is None
    after = everything_public(lived)
    differing = [name for name in before if before[name] != after.get(name)]
    assert (differing, after.keys() - before.keys()) == ([], set())


def test_real_cases_keep_numbers_without_gaps(lived: Story) -> None:
    assert [lived.open(exercise=True) for _ in range(2)] == ["EJ-2026-0001", "EJ-2026-0002"]
    assert lived.open() == "RICOMI-2026-0003"


def test_a_case_stays_what_it_was_opened_as(lived: Story) -> None:
    real, practice = lived.ref, lived.open(exercise=True)
    for ref, exercise in ((real, True), (practice, False)):
        change = update(case_table).where(case_table.c.ref == ref).values(exercise=exercise)
        with pytest.raises(DBAPIError, match="no_entry"), lived.engine.begin() as connection:
            connection.execute(change)
    with lived.engine.connect() as connection:
        marks = connection.execute(select(case_table.c.ref, case_table.c.exercise)).all()
    assert [row.exercise for row in marks if row.ref == practice] == [True]
    assert lived.entries()[0].detail["case"]["exercise"] is True  # type: ignore[index,call-overload]


def test_the_verifier_notices_a_mark_that_was_changed_behind_the_triggers(lived: Story) -> None:
    lived.open(exercise=True)
    assert not lived.faults()
    with lived.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER case_needs_entry"))
        else:
            connection.execute(text('ALTER TABLE "case" DISABLE TRIGGER case_needs_entry'))
        connection.execute(
            update(case_table).where(case_table.c.ref == lived.ref).values(exercise=False)
        )
    assert [str(fault) for fault in lived.faults() if "facts" in str(fault)]


def test_money_of_an_exercise_cannot_stand_in_a_real_account(lived: Story) -> None:
    lived.open(exercise=True)
    for name, act in LIFE.items():
        act(lived)
        if name == "open_ballot":
            break
    with lived.engine.connect() as connection:
        own = connection.execute(select(account.c.code).where(account.c.exercise)).scalars().all()
        cash = connection.execute(
            select(account.c.id).where(account.c.code == "cash:usd-main")
        ).scalar_one()
        free = connection.execute(
            select(account.c.id).where(account.c.code == "exercise-cash:usd-main")
        ).scalar_one()
        key = lived.case().id
    assert sorted(own) == [
        "exercise-available:member_states",
        "exercise-available:permanent_observers",
        "exercise-cash:usd-main",
        f"exercise-reserved:{lived.ref}",
    ]
    for first, second, owner in ((cash, free, None), (cash, free, key)):
        lines = (
            f'[{{"account": {first}, "amount": -5, "currency": "USD", "note": null}},'
            f' {{"account": {second}, "amount": 5, "currency": "USD", "note": null}}]'
        )
        with pytest.raises(DBAPIError, match="mixed_books"), lived.engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO journal (id, at, recorded_at, memo, case_id, case_seq, key, lines)"
                    " VALUES (7, '2026-09-14', '2026-09-14T00:00:00.000000Z', 'release', :owner,"
                    " :seq, 'x', :lines)"
                ),
                {"owner": owner, "seq": 1 if owner else None, "lines": lines},
            )


def test_every_message_of_an_exercise_says_so_in_the_readers_language(lived: Story) -> None:
    lived.open(exercise=True)
    LIFE["submit"](lived)
    reader = lived.people[SECRETARIAT].user_id
    assert reader is not None
    with lived.services.uow.read() as connection:
        marked = connection.execute(
            select(message.c.exercise).where(message.c.case_id == lived.case().id)
        ).scalars()
        assert set(marked) == {True}
        newest = list_inbox(connection, reader)[0]
    for lang, mark in MARKS.items():
        made = render(lived.services, newest, Reader(reader, lang, "America/New_York"))
        assert made.subject.startswith(f"[{mark}] ")
        assert mark.upper() in made.text.partition("\n")[0]


def test_every_page_of_an_exercise_carries_the_mark_and_other_pages_do_not(lived: Story) -> None:
    real, practice = lived.ref, lived.open(exercise=True)
    LIFE["submit"](lived)
    app = application(lived, lived.services)
    with app.test_client() as client:
        for lang, mark in MARKS.items():
            with client.session_transaction() as session:
                key = lived.people[APPLICANT].user_id
                session["_user_id"], session["_fresh"] = f"{key}:1", True
            for path in ("", "/dossier/request/1"):
                page = client.get(f"/{lang}/cases/{practice}{path}").text
                assert f'data-mark="{mark}"' in page, path
            listed = client.get(f"/{lang}/cases").text
            assert f'<b class="practice-mark">{mark}</b>' in listed
            assert "data-mark" not in listed + client.get(f"/{lang}/cases/{real}").text
