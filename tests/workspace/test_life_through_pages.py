"""A whole case, from draft to closed, by clicking: several offices, each in another language."""

from dataclasses import dataclass
from itertools import cycle

import pytest

from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.localization import formats
from tests.support.office import OfficeHouse, fill_in
from tests.support.visitor import Visitor, plain

APPLICANT = (Role.FOCAL_POINT, "PY")
PARTNER = (Role.FOCAL_POINT, "BR")
SECRETARIAT, FUND, CERTIFIER = (
    (Role.SECRETARIAT, ""),
    (Role.FUND_ADMINISTRATOR, ""),
    (Role.CERTIFYING_OFFICER, ""),
)
OFFICES = (APPLICANT, PARTNER, SECRETARIAT, FUND, CERTIFIER)
STILL = {  # what may be done after closing
    APPLICANT: "correct_facts",
    SECRETARIAT: "correct_facts",
    PARTNER: "record_satisfaction",
}


@dataclass
class Life:
    """One case and the people who carry it, each in a language."""

    house: OfficeHouse
    languages: dict[tuple[Role, str], str]
    ref: str = ""

    def at_case(self, who: tuple[Role, str]) -> Visitor:
        """The person with the page of the case open, reached from the list of cases."""
        lang = self.languages[who]
        visitor = self.house.the(*who, lang).open(f"/{lang}/cases?q={self.ref}")
        href = next(h for h in visitor.links().values() if h.endswith(f"/cases/{self.ref}"))
        visitor.open(href)
        assert visitor.status == 200
        assert not visitor.page.faults(), visitor.page.faults()
        return visitor

    def do(
        self, who: tuple[Role, str], trigger: str, values: dict[str, Json] | None = None
    ) -> Visitor:
        """Let somebody do an act that their page of the case offers."""
        lang, taken = self.languages[who], self.house.transition(self.ref, trigger)
        visitor = self.at_case(who).follow(taken.label[lang])
        if taken.form:
            form = self.house.services.library.forms[taken.form]
            fill_in(
                self.house, visitor, form, values or self.house.answer(self.ref, form.name), lang
            )
        assert not visitor.page.faults(), visitor.page.faults()
        verb = taken.label[lang]
        said = verb[:1].lower() + verb[1:]
        fields = {"reason": "Una razón de ejemplo."} if taken.reason else {}
        visitor.press(self.house.text("act.button", lang, act=said), fields)
        assert f"/cases/{self.ref}" in visitor.path
        done = plain(f"{self.house.text('case.done', lang)} {taken.done[lang]}")
        assert visitor.text.startswith(done)
        self.house.later(minutes=30)
        return visitor

    def state(self) -> str:
        """Where the case stands."""
        return self.house.case(self.ref).state


def opened(life: Life) -> None:
    """The applicant opens a case from My work and fills in the request, section by section."""
    lang, house = life.languages[APPLICANT], life.house
    visitor = house.the(*APPLICANT, lang).open(f"/{lang}/work")
    visitor.follow(house.text("work.new_request", lang))
    visitor.press(house.text("work.open_draft", lang))
    life.ref = visitor.path.split("/cases/")[1].split("/")[0]
    form = house.services.library.forms["request/v2"]
    fill_in(house, visitor, form, house.request(), lang)
    act = house.transition(life.ref, "submit").label[lang]
    visitor.press(house.text("act.button", lang, act=act[:1].lower() + act[1:]))
    assert life.state() == "submitted"


def reviewed(life: Life) -> None:
    """The partner confirms, the Secretariat reviews and opens the ballot."""
    life.do(PARTNER, "confirm_participation")
    life.do(SECRETARIAT, "start_review")
    life.do(SECRETARIAT, "record_admissibility", _passing(life))
    life.do(SECRETARIAT, "record_opinion")
    life.do(SECRETARIAT, "open_ballot")
    assert life.state() == "ceam_vote"


def _passing(life: Life) -> dict[str, Json]:
    form = life.house.services.library.forms["admissibility/v2"]
    return {f.name: True for f in form.fields() if not f.name.endswith("_reason")}


def voted(life: Life) -> None:
    """Two delegates vote on their phones, others elsewhere, and a third decides on a phone."""
    on_phone(life, "AR", "es")
    on_phone(life, "HT", "fr")
    life.house.vote_until_one_is_missing(life.ref)
    assert life.state() == "ceam_vote"
    on_phone(life, "UY", "pt")


def on_phone(life: Life, country: str, lang: str) -> None:
    """A delegate answers in favour and confirms."""
    visitor = life.house.the(Role.CEAM_DELEGATE, country, lang)
    visitor.open(f"/{lang}/cases/{life.ref}/ballot")
    visitor.press(life.house.text("ballot.review", lang), {"vote": "in_favour"})
    name = formats.country(country, lang)
    in_favour = life.house.text("case.voted_in_favour", lang)
    visitor.press(life.house.text("ballot.button", lang, country=name, position=in_favour))
    assert visitor.status == 200
    assert life.house.text("case.done", lang) in visitor.text


def owed(life: Life) -> None:
    """What was paid stands on the ageing list."""
    lang = life.languages[FUND]
    visitor = life.house.the(*FUND, lang).open(f"/{lang}/fund/desk")
    visitor.follow(life.house.text("advances.title", lang))
    assert life.ref in visitor.text
    assert life.house.text("advances.band_current", lang) in visitor.text
    assert not visitor.page.faults(), visitor.page.faults()


def told(life: Life, lang: str) -> None:
    """The public reads which condition was set aside, and why."""
    visitor = Visitor(life.house.app).open(f"/{lang}/catalogue/{life.ref}")
    assert life.house.text("public.exceptions", lang) in visitor.text
    assert "Ejemplo: la oficina estuvo cerrada." in visitor.text
    assert not visitor.page.faults(), visitor.page.faults()


def executed(life: Life) -> None:
    """The money is committed and paid, reported and accounted for; the case is closed."""
    life.do(FUND, "fund")
    life.do(APPLICANT, "record_agreement")
    life.do(APPLICANT, "submit_plan")
    life.do(SECRETARIAT, "accept_plan")
    life.do(APPLICANT, "designate_official")
    life.do(FUND, "start_execution")
    life.do(APPLICANT, "request_tranche")
    life.do(CERTIFIER, "certify_tranche")
    life.do(FUND, "pay_tranche")
    owed(life)
    life.do(FUND, "ask_exception")
    life.do(SECRETARIAT, "grant_exception")
    life.do(APPLICANT, "submit_report")
    life.do(SECRETARIAT, "accept_report")
    life.do(APPLICANT, "submit_final_report")
    life.do(SECRETARIAT, "accept_final_accounts")
    if life.house.advances(life.ref):
        life.do(FUND, "record_refund")
    life.do(SECRETARIAT, "close")


def corrected(life: Life) -> None:
    """The other side disputes what is public; the owner corrects it from there, with a reason."""
    house, lang = life.house, life.languages[PARTNER]
    visitor = house.the(*PARTNER, lang).open(f"/{lang}/cases/{life.ref}/facts")
    label = house.transition(life.ref, "correct_facts").label
    assert label[lang] not in visitor.links()
    visitor.press(house.text("confirmation.dispute", lang), {"officials_trained_women": "99"})
    lang = life.languages[APPLICANT]
    owner = house.the(*APPLICANT, lang).open(f"/{lang}/cases/{life.ref}/facts")
    assert not owner.page.faults(), owner.page.faults()
    owner.follow(label[lang])
    form = house.services.library.forms["facts_correction/v1"]
    told = house.answer(life.ref, form.name) | {"officials_trained_women": 99}
    fill_in(house, owner, form, told, lang)
    assert not owner.page.faults(), owner.page.faults()
    act = label[lang]
    button = house.text("act.button", lang, act=act[:1].lower() + act[1:])
    owner.press(button, {"reason": "Ejemplo: faltó una lista."})
    assert "99" in owner.open(f"/{lang}/cases/{life.ref}/facts").text
    assert house.text("confirmation.differences", lang) not in owner.text


@pytest.mark.parametrize("order", [("es", "pt", "fr", "en"), ("fr", "en", "es", "pt")])
def test_people_carry_a_case_from_draft_to_closed_by_clicking(
    house: OfficeHouse, order: tuple[str, ...]
) -> None:
    """No act hangs on the words by which it is shown (lessons T2)."""
    languages = dict(zip(OFFICES, cycle(order), strict=False))
    life = Life(house, languages)
    opened(life)
    reviewed(life)
    voted(life)
    assert life.state() == "approved_awaiting_funds"
    executed(life)
    assert life.state() == "closed"
    told(life, order[0])
    corrected(life)
    for who in OFFICES:
        visitor = life.at_case(who)
        lang = languages[who]
        if who in STILL:
            assert house.transition(life.ref, STILL[who]).label[lang] in visitor.text
        else:
            assert house.text("case.nothing_final", lang) in visitor.text
