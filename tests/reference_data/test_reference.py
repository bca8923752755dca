"""The shipped facts, and what a wrong file is answered."""

import json
import shutil
from collections import Counter
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from ricomi_workflow.definitions.yaml_reader import parse_yaml
from ricomi_workflow.kernel.errors import DefinitionError, NotFound
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.reference_data import country_names, loader
from ricomi_workflow.reference_data.model import Basis, Participation, Rule, Share
from ricomi_workflow.resources import root


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the shipped files that a test may spoil."""
    folder = tmp_path / "reference"
    shutil.copytree(root("reference"), folder)
    return folder


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        loader.read(folder)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_thirty_five_states_with_their_year_of_entry() -> None:
    states = loader.load().states
    assert Counter(state.entered for state in states.values()) == {
        1948: 21, 1967: 2, 1969: 1, 1975: 1, 1977: 1, 1979: 2,
        1981: 2, 1982: 1, 1984: 1, 1990: 1, 1991: 2,
    }  # fmt: skip
    assert all(
        state.source and period.source for state in states.values() for period in state.periods
    )
    assert {code for code, state in states.items() if len(state.periods) > 1} == {
        "CU",
        "HN",
        "NI",
        "VE",
    }


def test_only_the_disputed_status_is_unconfirmed() -> None:
    open_facts = [
        (state.code, period.status)
        for state in loader.load().states.values()
        for period in state.periods
        if not period.confirmed
    ]
    assert open_facts == [("VE", Participation.DISPUTED)]


def test_seventy_observers_and_uzbekistan_from_its_admission() -> None:
    observers = loader.load().observers
    assert len(observers) == 71
    assert not observers["UZ"].is_observer(date(2021, 11, 2))
    assert observers["UZ"].is_observer(date(2021, 11, 3))
    assert observers["ES"].is_observer(date(2011, 8, 31))
    assert observers["RU"].is_observer(date(2022, 4, 20))
    assert not observers["RU"].is_observer(date(2022, 4, 21))
    assert {"EU", "VA", "NO"} <= observers.keys()
    assert not observers.keys() & loader.load().states.keys()
    assert all(observer.source for observer in observers.values())


def test_the_lists_of_the_domain_are_complete_in_four_languages() -> None:
    shipped = loader.load()
    assert [len(shipped.topics), len(shipped.populations), len(shipped.modalities)] == [16, 12, 7]
    for term in (*shipped.topics, *shipped.populations, *shipped.modalities):
        assert term.source
        assert all(term.label[lang] for lang in LANGUAGES)


def test_options_serve_the_lists_that_forms_name() -> None:
    shipped = loader.load()
    states = {option.value: option.label for option in shipped.options("states")}
    assert len(states) == 35
    assert states["PY"].fr == "Paraguay"
    assert {o.value: o.label for o in shipped.options("observers")}["VA"].es == "Santa Sede"
    assert shipped.options("topics") == shipped.topics
    with pytest.raises(NotFound):
        shipped.options("planets")


def test_the_committee_changes_its_name_and_keeps_its_identity() -> None:
    ceam = loader.load().body("ceam")
    assert ceam.name_on(date(2011, 8, 31)).acronym.es == "CEAM"
    assert ceam.name_on(date(2011, 8, 31)).parent.en == "Permanent Council of the OAS"
    later = ceam.name_on(date(2012, 12, 13))
    assert (later.acronym.en, later.confirmed) == ("CAM", False)
    assert "CIDI" in later.parent.pt
    assert "2326" in ceam.mandate
    with pytest.raises(NotFound):
        ceam.name_on(date(2007, 10, 23))
    with pytest.raises(NotFound):
        loader.load().body("none")


def test_the_rule_of_decision_is_unconfirmed_and_cites_each_setting() -> None:
    rule = loader.load().body("ceam").rule
    assert not rule.confirmed
    assert rule.basis is Basis.MEMBERS
    assert "CP/doc.1112/80" in rule.citation


def test_a_frozen_rule_reads_back_the_same() -> None:
    rule = loader.load().body("ceam").rule
    assert Rule.from_json(json.loads(json.dumps(rule.as_json()))) == rule


@pytest.mark.parametrize(
    ("fraction", "more_than", "whole", "needed"),
    [
        (Fraction(1, 2), True, 33, 17),  # more than 16.5
        (Fraction(1, 2), True, 34, 18),  # exactly half is not more than half
        (Fraction(1, 2), False, 34, 17),
        (Fraction(1, 3), False, 33, 11),
        (Fraction(1, 3), False, 34, 12),  # 11.3 rounds up
        (Fraction(2, 3), False, 35, 24),
        (Fraction(1, 1), False, 5, 5),
        (Fraction(1, 2), True, 0, 1),  # nobody counted: never carried
    ],
)
def test_a_share_needs_a_whole_number(
    fraction: Fraction,
    more_than: bool,
    whole: int,
    needed: int,
) -> None:
    share = Share(fraction, more_than)
    assert share.needed(whole) == needed
    assert share.is_met(needed, whole)
    assert not share.is_met(needed - 1, whole)


def test_names_come_from_cldr_in_four_languages() -> None:
    found = [country_names.country_name("US", lang) for lang in ("es", "en", "pt", "fr")]
    assert found == ["Estados Unidos", "United States", "Estados Unidos", "États-Unis"]
    assert country_names.country_name("QQ", "en") == "QQ"
    holy_see = loader.load().observers["VA"]
    assert country_names.observer_name(holy_see, "fr") == "Saint-Siège"
    assert country_names.observer_name(loader.load().observers["NO"], "pt") == "Noruega"


def test_alphabetical_order_does_not_mind_accents() -> None:
    assert country_names.alphabetical(["EC", "US", "DO", "DM"], "fr") == ["DM", "EC", "US", "DO"]
    assert country_names.alphabetical(["MX", "PA", "BZ", "PE"], "es") == ["BZ", "MX", "PA", "PE"]


def test_every_mistake_of_every_file_is_told_at_once(copy: Path) -> None:
    spoil(copy, "states.yaml", "{code: AG, entered: 1981}", "{code: QQ, entered: long ago}")
    spoil(copy, "states.yaml", "from: 2009-07-04", "from: 2009-07-06")
    spoil(copy, "states.yaml", "status: withdrawn", "status: gone")
    spoil(copy, "observers.yaml", "{code: AM}", "{code: AL, colour: red}")
    spoil(copy, "bodies.yaml", "at_least: 1/3", "at_least: 3/1")
    spoil(copy, "topics.yaml", "fr: Intégration}", "de: Integration}")
    text = "\n".join(mistakes(copy))
    for expected in (
        "reference/states.yaml: states.0.code: found 'QQ'; allowed: an ISO 3166-1 alpha-2 code",
        "states.0.entered: found 'long ago'; allowed: a whole number from 1",
        "allowed: the day after 2009-07-03",
        "found 'gone'; allowed: participates, does_not_participate, suspended, withdrawn, disputed",
        "found 'AL'; allowed: each key once",
        "observers.1.colour: found an unknown key; allowed: code, since, suspended, name, source",
        "allowed: a fraction from 0 to 1",
        "terms.15.label.fr: found nothing; allowed: this key is required",
        "terms.15.label.de: found an unknown key; allowed: es, en, pt, fr",
    ):
        assert expected in text


def test_a_repeated_key_is_refused(copy: Path) -> None:
    spoil(
        copy, "bodies.yaml", "    seats: all_states", "    seats: all_states\n    seats: all_states"
    )
    assert any("the same key twice" in mistake for mistake in mistakes(copy))


def test_a_period_that_ends_before_it_begins_is_refused(copy: Path) -> None:
    spoil(copy, "states.yaml", "to: 2009-07-03", "to: 1900-01-01")
    assert any("a day from 1948-01-01" in mistake for mistake in mistakes(copy))


@pytest.mark.parametrize(
    "content", ["", "[]", "states: 1", "{", "true", "states:\n  - [1]\nsource: x"]
)
def test_a_file_of_another_shape_is_refused_without_a_traceback(copy: Path, content: str) -> None:
    for name in ("states", "observers", "bodies", "topics", "populations", "modalities"):
        (copy / f"{name}.yaml").write_text(content, "utf-8")
    assert len({mistake.split(":")[0] for mistake in mistakes(copy)}) == 6


def test_a_missing_file_is_a_mistake_like_any_other(copy: Path) -> None:
    (copy / "topics.yaml").unlink()
    assert any("reference/topics.yaml" in mistake for mistake in mistakes(copy))


def test_each_reason_for_a_seat_has_a_sentence_in_four_languages() -> None:
    path = root("texts") / "bodies.yaml"
    texts = parse_yaml(path.read_bytes(), "texts/bodies.yaml")
    assert isinstance(texts, dict)
    for reason in (*(status.value for status in Participation), "not_yet_member"):
        assert set(texts[f"seat_{reason}"]) == set(LANGUAGES)
