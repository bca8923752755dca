"""A rule that nobody read runs only in exercise, or once the Secretariat confirmed these data."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from ricomi_workflow.committees.commands import (
    confirm_rule,
    confirm_rules_for_demo,
    withdraw_confirmation,
)
from ricomi_workflow.committees.models import rule_confirmation, rule_confirmation_end
from ricomi_workflow.committees.queries import (
    get_rule,
    list_rules,
    require_rule,
)
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Grant, Role
from ricomi_workflow.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from ricomi_workflow.simulation.accounts import mark_as_demonstration
from tests.committees.conftest import CLERK, Committee

READ = "CP/doc.1112/80 rev. 4 corr. 1, arts. 40 a 55"


def test_a_rule_is_confirmed_on_a_document_by_name_and_digest(committee: Committee) -> None:
    committee.unconfirm()
    with committee.uow.begin(CLERK) as tx:
        found = get_rule(tx.connection, committee.body)
        assert not found.is_confirmed
        confirm_rule(tx, "ceam", "ordinary", found.digest, READ)
    with committee.uow.read() as connection:
        now = get_rule(connection, committee.body)
    kept = now.confirmation
    assert kept is not None
    assert (kept.by, kept.document, kept.rule_digest) == (CLERK.name, READ, now.digest)
    assert not kept.illustrative
    assert kept.as_json()["rule"] == now.digest


def test_an_unconfirmed_rule_runs_only_in_exercise(committee: Committee) -> None:
    committee.unconfirm()
    with committee.uow.read() as connection:
        assert require_rule(connection, committee.body, exercise=True) is None
        with pytest.raises(Refused) as error:
            require_rule(connection, committee.body, exercise=False)
        assert [each.code for each in error.value.refusals] == ["rule_unconfirmed"]
        assert require_rule(connection, committee.body, "silence", exercise=False) is not None


def test_another_rule_is_not_confirmed_by_it(committee: Committee) -> None:
    """The confirmation names the digest: any change of the data makes it void."""
    body = committee.body
    changed = replace(body.rule, quorum_to_open=replace(body.rule.quorum_to_open, citation="New"))
    other = replace(body, rules={**body.rules, "ordinary": changed})
    with committee.uow.read() as connection:
        assert get_rule(connection, body).is_confirmed
        assert not get_rule(connection, other).is_confirmed


def test_a_rule_whose_settings_were_all_read_needs_no_record(committee: Committee) -> None:
    committee.unconfirm()
    rule = committee.body.rule
    read = replace(
        rule,
        quorum_to_open=replace(rule.quorum_to_open, confirmed=True),
        quorum_to_decide=replace(rule.quorum_to_decide, confirmed=True),
        threshold=replace(rule.threshold, confirmed=True),
        cited=tuple(replace(setting, confirmed=True) for setting in rule.cited),
    )
    body = replace(committee.body, rules={"ordinary": read})
    with committee.uow.read() as connection:
        assert require_rule(connection, body, exercise=False) is None
        assert get_rule(connection, body).is_confirmed


def test_what_was_not_shown_is_not_confirmed(committee: Committee) -> None:
    committee.unconfirm()
    with pytest.raises(Conflict), committee.uow.begin(CLERK) as tx:
        confirm_rule(tx, "ceam", "ordinary", "0" * 64, READ)
    with committee.uow.read() as connection:
        found = get_rule(connection, committee.body)
    for document, code in (("  ", "required"), ("x" * 201, "max_length")):
        with pytest.raises(Invalid) as error, committee.uow.begin(CLERK) as tx:
            confirm_rule(tx, "ceam", "ordinary", found.digest, document)
        assert [(f.path, f.code) for f in error.value.fields] == [("document", code)]
    with pytest.raises(NotFound), committee.uow.begin(CLERK) as tx:
        confirm_rule(tx, "ceam", "no_such_rule", found.digest, READ)


def test_a_confirmed_rule_is_not_confirmed_again(committee: Committee) -> None:
    with committee.uow.read() as connection:
        found = get_rule(connection, committee.body)
    with pytest.raises(Refused) as error, committee.uow.begin(CLERK) as tx:
        confirm_rule(tx, "ceam", "ordinary", found.digest, READ)
    assert [each.code for each in error.value.refusals] == ["rule_confirmed_already"]


def test_only_the_secretariat_confirms_and_withdraws(committee: Committee) -> None:
    with committee.uow.read() as connection:
        found = get_rule(connection, committee.body)
    assert found.confirmation is not None
    key = found.confirmation.id
    for actor in (SYSTEM, Actor(5, "Presidencia", grants=frozenset({Grant(Role.CHAIR)}))):
        with pytest.raises(Forbidden), committee.uow.begin(actor) as tx:
            confirm_rule(tx, "ceam", "ordinary", found.digest, READ)
        with pytest.raises(Forbidden), committee.uow.begin(actor) as tx:
            withdraw_confirmation(tx, key, "No")
    with pytest.raises(Forbidden), committee.uow.begin(CLERK) as tx:
        confirm_rules_for_demo(tx, "No")


def test_a_confirmation_is_taken_back_with_a_reason_and_once(committee: Committee) -> None:
    with committee.uow.read() as connection:
        kept = get_rule(connection, committee.body).confirmation
    assert kept is not None
    with pytest.raises(Invalid), committee.uow.begin(CLERK) as tx:
        withdraw_confirmation(tx, kept.id, " ")
    committee.unconfirm()
    with pytest.raises(NotFound), committee.uow.begin(CLERK) as tx:
        withdraw_confirmation(tx, kept.id, "Again")
    with committee.uow.begin(SYSTEM) as tx:
        confirm_rules_for_demo(tx, "A rehearsal")
    with committee.uow.read() as connection:
        rows = connection.execute(select(rule_confirmation.c.rule)).scalars().all()
        assert all(each.is_confirmed for each in list_rules(connection, committee.body))
    assert len(rows) == len(committee.body.rules) + 1  # only the one that was missing


def test_what_is_confirmed_in_a_demonstration_says_so(committee: Committee) -> None:
    committee.unconfirm()
    with committee.uow.begin(SYSTEM) as tx:
        mark_as_demonstration(tx)
    with committee.uow.begin(CLERK) as tx:
        found = get_rule(tx.connection, committee.body)
        confirm_rule(tx, "ceam", "ordinary", found.digest, READ)
    with committee.uow.read() as connection:
        kept = get_rule(connection, committee.body).confirmation
    assert kept is not None
    assert kept.illustrative


def test_a_confirmation_is_never_changed_or_deleted(committee: Committee) -> None:
    committee.unconfirm()
    for statement in (
        update(rule_confirmation).values(rule_digest="0" * 64),
        delete(rule_confirmation),
        update(rule_confirmation_end).values(reason="other"),
        delete(rule_confirmation_end),
    ):
        with pytest.raises(DBAPIError, match="append_only"), committee.uow.begin(SYSTEM) as tx:
            tx.execute(statement)
