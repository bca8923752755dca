"""A request that arrives without a partner, and the States that come in."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from ricomi_workflow.cases.commands import lock, open_case
from ricomi_workflow.cases.drafts import get_own_draft, save_draft
from ricomi_workflow.cases.models import case as case_table
from ricomi_workflow.cases.queries import get_case, readable_values, visible_entries
from ricomi_workflow.cases.rows import list_submissions
from ricomi_workflow.cases.visibility import is_readable_by, waits_for
from ricomi_workflow.catalogue.models import catalogue_facet
from ricomi_workflow.documents.dossier import read_dossier
from ricomi_workflow.files.rules import Access, may_open
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import NotFound
from ricomi_workflow.messaging.models import message
from ricomi_workflow.web.cases.case_file import read_case_file
from tests.support import papers
from tests.support.story import (
    APPLICANT,
    INSTITUTION,
    PARTNER,
    SECRETARIAT,
    Story,
    answer_of,
    codes,
)

BRAZIL, ARGENTINA = "focal_point:BR", "focal_point:AR"
WHY = "It is time."


@pytest.fixture
def story(engine: Engine) -> Story:
    """The shipped product with its people and a fund that has enough."""
    made = Story(engine)
    made.fill_the_fund()
    return made


def sought(story: Story) -> Story:
    """A request of Paraguay for which a partner is sought."""
    story.open()
    asked = papers.request(story.today, participants=[], seeks_partner=True, wanted="Un registro.")
    story.do(APPLICANT, "submit", asked)
    story.do(SECRETARIAT, "start_review")
    story.do(SECRETARIAT, "record_admissibility", papers.admissibility())
    story.do(SECRETARIAT, "seek_partner")
    return story


def published_offer(story: Story, office: str, **changes: Json) -> str:
    """An offer of the State of `office` that the Secretariat has published."""
    with story.act(office) as tx:
        ref = open_case(tx, story.services, "cooperation_offer", office[-2:]).ref
    story.do(office, "submit", papers.offer(story.today) | changes, ref=ref)
    story.do(SECRETARIAT, "publish", ref=ref)
    return ref


def test_without_a_partner_there_is_no_opinion_and_no_vote(story: Story) -> None:
    sought(story)
    story.do(APPLICANT, "end_search", reason=WHY)
    assert story.state == "returned"
    story.do(
        APPLICANT,
        "resubmit",
        papers.request(story.today, participants=[], seeks_partner=True, wanted="Un registro."),
    )
    story.do(SECRETARIAT, "record_admissibility", papers.admissibility())
    assert story.why_not(SECRETARIAT, "record_opinion") == ["partner_missing"]
    assert "partner_missing" in (story.why_not(SECRETARIAT, "open_ballot") or [])


def test_a_request_that_names_its_partners_seeks_none(story: Story) -> None:
    story.after("record_admissibility")
    assert story.why_not(SECRETARIAT, "seek_partner") == ["partner_not_sought"]


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, ["participants: required"]),
        ({"seeks_partner": False, "network_wide": False}, ["participants: required"]),
        ({"network_wide": True}, ["network_reason: required"]),
        ({"seeks_partner": True}, ["wanted: required"]),
    ],
)
def test_a_request_without_another_state_says_why_or_is_not_handed_in(
    story: Story, changes: dict[str, Json], missing: list[str]
) -> None:
    story.open()
    request = papers.request(story.today, participants=[]) | changes
    assert codes(answer_of(lambda: story.do(APPLICANT, "submit", request))) == missing
    assert story.state == "draft"


def test_a_project_of_the_whole_network_is_voted_on_without_another_state(story: Story) -> None:
    story.open()
    story.do(APPLICANT, "submit", papers.request(story.today, **papers.ALONE))
    story.do(SECRETARIAT, "start_review")
    story.do(SECRETARIAT, "record_admissibility", papers.admissibility())
    story.do(SECRETARIAT, "record_opinion", papers.opinion())
    story.do(SECRETARIAT, "open_ballot")
    assert story.state == "ceam_vote"


def test_the_states_whose_offers_match_are_asked_and_told_why(story: Story) -> None:
    published_offer(story, BRAZIL)
    published_offer(story, ARGENTINA, topics=["remittances_development"])
    sought(story)
    assert story.told()["partner_sought"] == [BRAZIL]
    with story.services.uow.read() as connection:
        params = connection.execute(
            select(message.c.params).where(message.c.name == "partner_sought")
        ).scalar_one()
    assert params["offers"] == [{"es": "Registro compartido"}]
    assert {label["en"] for label in params["shared"]} >= {"Returnees"}
    assert story.entries()[-1].detail["asked"] == ["BR"]


def test_every_other_state_is_asked_when_no_offer_matches(story: Story) -> None:
    sought(story)
    assert story.told()["partner_sought"] == [ARGENTINA, BRAZIL, PARTNER]


def test_a_state_comes_in_by_its_answer_and_by_being_accepted(story: Story) -> None:
    sought(story)
    story.do(BRAZIL, "answer_search", papers.provider(story.today))
    story.do(ARGENTINA, "answer_search", papers.provider(story.today))
    assert story.state == "seeking_partner"
    wrong = answer_of(lambda: story.do(APPLICANT, "accept_partner", papers.choice("CL")))
    assert codes(wrong) == ["partner: not_among_answers"]
    story.do(APPLICANT, "accept_partner", papers.choice("BR"))
    (part,) = story.case().participants
    assert (part.country, part.confirmed_seq) == ("BR", story.case().version)
    assert story.state == "secretariat_review"
    assert story.told()["partner_accepted"] == [BRAZIL, INSTITUTION, SECRETARIAT]
    story.do(SECRETARIAT, "record_opinion", papers.opinion())
    story.do(SECRETARIAT, "open_ballot")
    assert not story.faults()


def test_the_catalogue_names_the_state_that_came_in(story: Story) -> None:
    sought(story)
    story.do(BRAZIL, "answer_search", papers.provider(story.today))
    story.do(APPLICANT, "accept_partner", papers.choice("BR"))
    story.do(SECRETARIAT, "record_opinion", papers.opinion())
    story.do(SECRETARIAT, "open_ballot")
    story.vote_until_decided()
    with story.services.uow.read() as connection:
        facets = connection.execute(
            select(catalogue_facet.c.value).where(catalogue_facet.c.facet == "country")
        ).scalars()
        assert set(facets) == {"PY", "BR"}
    assert not story.faults()


def test_an_accepted_partner_stays_when_the_request_is_submitted_again(story: Story) -> None:
    sought(story)
    story.do(BRAZIL, "answer_search", papers.provider(story.today))
    story.do(APPLICANT, "accept_partner", papers.choice("BR"))
    story.do(SECRETARIAT, "return_for_clarification", reason=WHY)
    story.do(APPLICANT, "resubmit", papers.request(story.today, participants=["CL"]))
    assert [p.country for p in story.case().participants] == ["BR", "CL"]
    assert not story.faults()


def test_nobody_is_accepted_before_anybody_answered(story: Story) -> None:
    sought(story)
    assert story.why_not(APPLICANT, "accept_partner") == ["search_unanswered"]


def test_the_search_ends_by_itself_and_the_request_goes_back(story: Story) -> None:
    sought(story)
    assert story.sweep_at_due()["fired"] == 1
    assert story.state == "returned"
    assert story.told()["search_ended"] == [APPLICANT, INSTITUTION, SECRETARIAT]


def test_a_candidate_reads_the_request_and_nothing_that_is_restricted(story: Story) -> None:
    sought(story)
    story.do(ARGENTINA, "answer_search", papers.provider(story.today))
    brazil, case = story.people[BRAZIL], story.case()
    with story.services.uow.read() as connection:
        given = {paper.form: paper for paper in list_submissions(connection, case.id)}
        assert get_case(connection, story.services, brazil, story.ref).ref == story.ref
        for listed in (is_readable_by, waits_for):
            found = select(case_table.c.ref).where(listed(story.services, brazil))
            assert case.ref in connection.execute(found).scalars().all()
    seen = {
        name: readable_values(
            story.services, brazil, case, story.services.library.forms[paper.form_key], paper
        )
        for name, paper in given.items()
    }
    assert seen["admissibility"] is None
    assert seen["provider"] is None  # that of another State
    assert seen["request"] is not None
    assert seen["request"].keys().isdisjoint({"contact", "budget", "financing"})
    acts = [entry.act for entry in visible_entries(brazil, case, story.entries())]
    assert acts == ["case.opened", "case.seek_partner"]


def test_a_candidate_is_told_no_amount_on_the_page_or_in_the_dossier(story: Story) -> None:
    sought(story)
    for office, is_told in ((BRAZIL, False), (SECRETARIAT, True)):
        reader = story.people[office]
        with story.services.uow.look(reader) as tx:
            page = read_case_file(tx, story.services, story.ref)
            paper = read_dossier(tx.connection, story.services, reader, story.ref)
        for money in (page.money, paper.money):
            assert (bool(money.cost), bool(money.financing)) == (is_told, is_told)


@pytest.mark.parametrize(
    ("access", "opens"),
    [(Access.PUBLIC, True), (Access.LIMITED, False), (Access.RESTRICTED, False)],
)
def test_a_candidate_opens_only_documents_fit_for_the_public(access: Access, opens: bool) -> None:
    assert may_open(access, frozenset({Role.CANDIDATE}), own=False) is opens


def test_each_state_writes_and_reads_an_answer_of_its_own(story: Story) -> None:
    sought(story)
    form = story.services.library.forms["provider/v1"]
    for office, words in ((BRAZIL, "Brasil"), (ARGENTINA, "Argentina")):
        with story.act(office) as tx:
            case = lock(tx, story.services, story.ref)
            save_draft(tx, story.services, case, form, {"institution": words})
    for office, words in ((BRAZIL, "Brasil"), (ARGENTINA, "Argentina")):
        with story.act(office) as tx:
            draft = get_own_draft(tx, story.services, story.case(), "provider")
            assert draft.values == {"institution": words}
    story.do(BRAZIL, "answer_search", papers.provider(story.today))
    with story.act(ARGENTINA) as tx:
        assert get_own_draft(tx, story.services, story.case(), "provider").revision
    case = story.case()
    with story.services.uow.read() as connection:
        answer = next(p for p in list_submissions(connection, case.id) if p.form == "provider")
    for office in (BRAZIL, APPLICANT, INSTITUTION, SECRETARIAT):
        assert readable_values(story.services, story.people[office], case, form, answer)


def test_a_state_that_was_not_chosen_is_out_again(story: Story) -> None:
    sought(story)
    story.do(BRAZIL, "answer_search", papers.provider(story.today))
    story.do(ARGENTINA, "answer_search", papers.provider(story.today))
    story.do(APPLICANT, "accept_partner", papers.choice("BR"))
    with story.services.uow.read() as connection:
        assert (
            get_case(connection, story.services, story.people[BRAZIL], story.ref).ref == story.ref
        )
        with pytest.raises(NotFound):
            get_case(connection, story.services, story.people[ARGENTINA], story.ref)


@pytest.mark.parametrize(("country", "word"), [("CU", "Cuba"), ("NI", "2023"), ("VE", "Venezuela")])
def test_a_state_that_takes_no_part_is_refused_with_the_dated_reason(
    story: Story, country: str, word: str
) -> None:
    story.open()
    request = papers.request(story.today, participants=["CL", country])
    error = answer_of(lambda: story.do(APPLICANT, "submit", request))
    assert codes(error) == ["participants: state_takes_no_part"]
    (fault,) = error.fields  # type: ignore[attr-defined]
    assert fault.message is not None
    assert all(fault.message[lang] for lang in ("es", "en", "pt", "fr"))
    assert word in fault.message["en"] or word in str(fault.params["since"])
    assert story.state == "draft"


def test_what_three_states_do_has_its_title_in_two_languages(story: Story) -> None:
    story.open()
    request = papers.request(story.today, participants=["CL", "BR"])
    alone = request | {"title": {"es": "Registro de personas retornadas", "en": ""}}
    error = answer_of(lambda: story.do(APPLICANT, "submit", alone))
    assert codes(error) == ["title: second_language"]
    story.do(APPLICANT, "submit", request)
    assert story.state == "submitted"


def test_an_official_note_counts_as_confirmation_and_both_names_are_kept(story: Story) -> None:
    story.after("start_review")
    note = papers.endorsement(story.today - timedelta(days=1), "CL")
    story.do(SECRETARIAT, "record_endorsement", note)
    last = story.entries()[-1]
    assert (last.office, last.detail["confirmed"]) == (SECRETARIAT, ["CL"])
    assert last.detail["signatory"] == "Embajadora, Misión Permanente"
    assert story.why_not(SECRETARIAT, "record_endorsement") == ["participations_confirmed"]
    story.do(SECRETARIAT, "record_admissibility", papers.admissibility())
    story.do(SECRETARIAT, "record_opinion", papers.opinion())
    story.do(SECRETARIAT, "open_ballot")
    assert not story.faults()


def test_a_state_that_declines_is_named_and_asked_again_by_a_new_version(story: Story) -> None:
    story.after("start_review")
    assert "participants_missing" in (story.why_not(SECRETARIAT, "open_ballot") or [])
    story.do(PARTNER, "decline_participation", reason="No hay personal este año.")
    assert "participants_declined" in (story.why_not(SECRETARIAT, "open_ballot") or [])
    assert story.entries()[-1].reason == "No hay personal este año."
    story.do(SECRETARIAT, "return_for_clarification", reason="Un Estado no toma parte.")
    story.do(APPLICANT, "resubmit", papers.request(story.today))
    assert [each.is_awaited for each in story.case().participants] == [True]
    story.do(PARTNER, "decline_participation", reason="Sigue sin haber.")
    story.do(PARTNER, "confirm_participation")
    assert not story.case().participants[0].is_awaited
    assert not story.faults()
    assert "participants_declined" not in (story.why_not(SECRETARIAT, "open_ballot") or [])


def test_no_note_is_recorded_for_a_state_that_is_not_awaited(story: Story) -> None:
    story.after("start_review")
    error = answer_of(
        lambda: story.do(SECRETARIAT, "record_endorsement", papers.endorsement(story.today, "BR"))
    )
    assert codes(error) == ["country: not_awaited"]


def test_a_checklist_line_that_fails_needs_its_reason(story: Story) -> None:
    story.after("start_review")
    unexplained = papers.admissibility("within_mandate") | {"within_mandate_reason": ""}
    error = answer_of(lambda: story.do(SECRETARIAT, "record_admissibility", unexplained))
    assert codes(error) == ["within_mandate_reason: required"]


def test_an_offer_is_asked_about_after_a_year_and_hidden_when_nobody_answers(story: Story) -> None:
    story.ref = published_offer(story, BRAZIL)
    assert story.status() == "published"
    assert story.sweep_at_due()["fired"] == 1
    assert story.state == "review_due"
    story.do(BRAZIL, "renew")
    assert story.state == "published"
    story.sweep_at_due()
    story.sweep_at_due()
    assert (story.state, story.status()) == ("hidden", "")
    assert not story.faults()
