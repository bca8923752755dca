"""Cases pass from one version of their process into another, by a plan, and back."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.drafts import get_draft, save_draft
from ricomi_workflow.catalogue.commands import list_differences
from ricomi_workflow.deadlines.commands import sweep
from ricomi_workflow.deadlines.models import deadline
from ricomi_workflow.deadlines.queries import list_due_dates
from ricomi_workflow.kernel.errors import DefinitionError, Refused
from ricomi_workflow.workflow_migration.queries import Judged, Verdict, require_known_cases
from tests.definitions.samples import Tree
from tests.workflow_migration.loans import PLAN, Loans, loan_2, wish

MANY = {"sqlite": 1000, "postgresql": 300}


def verdicts(found: list[Judged]) -> dict[str, Verdict]:
    return {each.ref: each.verdict for each in found}


def codes(found: list[Judged]) -> set[str]:
    return {reason.code for each in found for reason in each.reasons}


def drafted(loans: Loans, ref: str) -> None:
    """Somebody begins the form of a case."""
    form = loans.services.library.forms["wish/v1"]
    with loans.services.uow.begin(loans.applicant) as tx:
        case = lock(tx, loans.services, ref)
        save_draft(tx, loans.services, case, form, {"title": {"es": "Medio"}})


def states_of(tree: Tree) -> dict[str, Tree]:
    states = tree["states"]
    assert isinstance(states, dict)
    return states


def transitions_of(tree: Tree) -> list[Tree]:
    transitions = tree["transitions"]
    assert isinstance(transitions, list)
    return transitions


def due(loans: Loans, ref: str) -> object:
    key = loans.case(ref).id
    with loans.services.uow.read() as connection:
        return list_due_dates(connection, [key]).get(key)


def test_a_thousand_cases_pass_as_the_rehearsal_said(loans: Loans) -> None:
    states = loans.many(MANY[loans.engine.dialect.name])
    loans.restart(loan_2())
    said = loans.dry()
    assert {loans.case(ref).definition for ref in list(states)[:20]} == {"loan/v1"}

    done = loans.migrate()

    assert done == said
    running = {ref: state for ref, state in states.items() if state != "closed"}
    assert verdicts(done) == dict.fromkeys(running, Verdict.SAFE)
    rows = loans.rows()
    after = Counter((row["definition"], row["state"]) for row in rows.values())
    before = Counter(running.values())
    assert after == {
        ("loan/v2", "draft"): before["draft"],
        ("loan/v2", "examination"): before["review"],
        ("loan/v2", "waiting"): before["waiting"],
        ("loan/v1", "closed"): len(states) - len(running),
    }
    assert loans.faults() == []
    require_known_cases(loans.services)
    with loans.services.uow.read() as connection:
        assert not any(differs for _, differs in list_differences(connection, loans.services))
    assert loans.migrate() == []  # there is nothing left in the old version


def test_nothing_moves_while_the_plan_leaves_a_state_open(loans: Loans) -> None:
    states = loans.many(20)
    loans.restart(loan_2())
    before = loans.rows()
    bare = "kind: loan\nfrom: 1\nto: 2\nreason: So.\n"

    open_ = [each for each in loans.dry(bare) if each.verdict is Verdict.NEEDS_MAPPING]
    assert {states[each.ref] for each in open_} == {"review"}
    assert codes(open_) == {"state_unmapped"}
    with pytest.raises(Refused):
        loans.migrate(bare)
    assert loans.rows() == before


def test_a_state_that_the_plan_refuses_stays_and_the_rest_goes(loans: Loans) -> None:
    stays, goes = loans.at("waiting"), loans.at("review")
    loans.restart(loan_2())
    done = loans.migrate(PLAN.replace("waiting: waiting", "waiting: refuse"))
    assert verdicts(done) == {stays: Verdict.REFUSED, goes: Verdict.SAFE}
    assert [loans.case(ref).definition for ref in (stays, goes)] == ["loan/v1", "loan/v2"]


def test_cases_that_have_ended_go_only_when_the_plan_says_so(loans: Loans) -> None:
    ref = loans.at("closed")
    loans.restart(loan_2())
    assert loans.dry() == []
    loans.migrate(PLAN + "ended: true\n")
    assert loans.case(ref).definition == "loan/v2"
    assert loans.faults() == []
    with loans.services.uow.read() as connection:
        assert not any(differs for _, differs in list_differences(connection, loans.services))


def test_taking_back_restores_every_case_as_new_entries(loans: Loans) -> None:
    loans.many(40)
    loans.restart(loan_2())
    before = loans.rows()
    loans.migrate()
    moved = len(loans.migrate() or loans.dry())
    assert moved == 0
    done = loans.revert()
    assert {each.verdict for each in done} == {Verdict.SAFE}
    assert loans.rows() == before
    assert loans.faults() == []
    assert loans.revert() == []  # what is back is not taken back again
    assert {each.verdict for each in loans.migrate()} == {Verdict.SAFE}
    assert loans.faults() == []


def test_what_was_done_since_is_not_taken_back(loans: Loans) -> None:
    acted, quiet = loans.at("review"), loans.at("review")
    loans.restart(loan_2())
    loans.migrate()
    loans.do(acted, "look_again")
    done = loans.revert()
    assert verdicts(done) == {acted: Verdict.REFUSED, quiet: Verdict.SAFE}
    assert codes(done) == {"acted_since"}
    assert [loans.case(ref).state for ref in (acted, quiet)] == ["second_look", "review"]


def test_the_entry_tells_both_versions_and_states(loans: Loans) -> None:
    ref = loans.at("review")
    entered = loans.case(ref).entered
    loans.restart(loan_2())
    loans.migrate()
    (entry,) = [e for e in loans.entries(ref) if e.act == "case.migrated"]
    library = loans.services.library.workflows
    assert entry.reason == "The committee adopted version 2."
    assert entry.office == "system"
    assert (entry.from_state, entry.to_state) == ("review", "examination")
    assert entry.detail["plan"] == loans.plan().digest
    for side, key, state in (("from", "loan/v1", "review"), ("to", "loan/v2", "examination")):
        assert entry.detail[side] == {
            "definition": key,
            "digest": library[key].digest,
            "state": state,
            "entered": entered,
        }


def test_a_kept_term_ends_as_it_was_set_by_the_act_of_the_new_version(loans: Loans) -> None:
    ref = loans.at("draft")
    set_ = due(loans, ref)
    loans.restart(loan_2())
    loans.clock.advance(timedelta(days=3))
    loans.migrate()
    assert due(loans, ref) == set_
    loans.clock.advance(timedelta(days=40))
    assert sweep(loans.services)["fired"] == 1
    assert loans.case(ref).state == "closed"
    assert loans.faults() == []


def test_a_term_that_begins_anew_comes_back_when_the_move_is_taken_back(loans: Loans) -> None:
    ref = loans.at("draft")
    set_, before = due(loans, ref), loans.rows()
    loans.restart(loan_2())
    loans.clock.advance(timedelta(days=3))
    loans.migrate(PLAN + "deadlines: restart\n")
    assert str(due(loans, ref)) > str(set_)
    assert loans.faults() == []
    loans.revert()
    assert due(loans, ref) == set_
    assert loans.rows() == before
    assert loans.faults() == []


def test_a_term_whose_act_is_gone_must_be_begun_anew(loans: Loans) -> None:
    ref = loans.at("draft")
    changed = loan_2()
    changed["transitions"] = [t for t in transitions_of(changed) if t["trigger"] != "lapse"]
    draft = states_of(changed)["draft"]
    states_of(changed)["draft"] = draft | {"deadline": {"business_days": 30}}
    loans.restart(changed)
    assert codes(loans.dry()) == {"deadline_act"}
    loans.migrate(PLAN + "deadlines: restart\n")
    assert loans.case(ref).definition == "loan/v2"


def test_a_draft_of_another_version_of_the_form_waits_for_the_plan(loans: Loans) -> None:
    ref = loans.at("draft")
    drafted(loans, ref)
    changed = loan_2() | {"form": "wish/v2"}
    for each in transitions_of(changed):
        if "form" in each:
            each["form"] = "wish/v2"
    loans.restart(wish(2), changed)
    assert codes(loans.dry()) == {"draft_version"}
    with pytest.raises(Refused):
        loans.migrate()
    loans.migrate(PLAN + "drafts: {wish: keep}\n")
    assert loans.case(ref).definition == "loan/v2"
    with loans.services.uow.read() as connection:
        kept = get_draft(connection, loans.case(ref).id, "wish")
    assert kept.values == {"title": {"es": "Medio"}}
    assert kept.version == 1


def test_what_entering_would_do_must_be_said_to_be_done_and_is_not_done(loans: Loans) -> None:
    ref = loans.at("review")
    changed = loan_2()
    examination = states_of(changed)["examination"]
    states_of(changed)["examination"] = examination | {"effects": ["release_grant"]}
    loans.restart(changed)
    (judged,) = loans.dry()
    assert [(r.code, r.params["effects"]) for r in judged.reasons] == [
        ("effects_open", ["release_grant"])
    ]
    loans.migrate(PLAN + "done: {examination: [release_grant]}\n")
    assert loans.case(ref).state == "examination"
    assert loans.faults() == []


def test_a_plan_is_read_strictly_and_told_every_mistake(loans: Loans) -> None:
    loans.restart(loan_2())
    wrong = """kind: loan
from: 1
to: 2
reason: So.
states: {review: examined, revue: closed}
done: {examination: [fly]}
deadlines: forget
drafts: {wosh: keep}
"""
    with pytest.raises(DefinitionError) as caught:
        loans.plan(wrong)
    told = "\n".join(map(str, caught.value.mistakes))
    for name in ("examined", "revue", "fly", "forget", "wosh"):
        assert name in told
    with pytest.raises(DefinitionError, match="1, 2"):
        loans.plan(PLAN.replace("to: 2", "to: 7"))


def test_deadlines_of_many_cases_all_survive(loans: Loans) -> None:
    loans.many(30)
    loans.restart(loan_2())
    with loans.services.uow.read() as connection:
        before = connection.execute(select(deadline).order_by(deadline.c.id)).all()
    loans.migrate()
    loans.revert()
    with loans.services.uow.read() as connection:
        assert connection.execute(select(deadline).order_by(deadline.c.id)).all() == before


def test_no_plan_ends_a_case_that_is_under_way(loans: Loans) -> None:
    loans.at("review")
    loans.restart(loan_2())
    ending = PLAN.replace("review: examination", "review: closed")
    (judged,) = loans.dry(ending)
    assert "end_differs" in codes([judged])
    assert judged.verdict is Verdict.REFUSED
