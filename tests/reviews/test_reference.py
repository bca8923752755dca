"""The reference of reviews: every state has its subregion, weights add up, mistakes are listed."""

from pathlib import Path
from shutil import copytree

import pytest

from ricomi_workflow.kernel.errors import DefinitionError
from ricomi_workflow.reference_data import loader
from ricomi_workflow.resources import root
from ricomi_workflow.reviews.rows import read_review_reference, review_reference


def test_every_member_state_has_one_subregion() -> None:
    assert review_reference().subregion.keys() == loader.load().states.keys()


def test_the_shipped_scheme_is_marked_as_unconfirmed() -> None:
    assert not review_reference().confirmed
    assert sum(review_reference().scheme.weights.values()) == 100


def test_every_mistake_of_both_files_is_told_at_once(tmp_path: Path) -> None:
    folder = copytree(root("reference"), tmp_path / "reference")
    review, subregions = folder / "review.yaml", folder / "subregions.yaml"
    review.write_text(review.read_text().replace("capacity, weight: 20", "capacity, weight: 30"))
    subregions.write_text(subregions.read_text().replace("[CA, US]", "[CA, US, AR, QQ]"))
    with pytest.raises(DefinitionError) as caught:
        read_review_reference(folder)
    assert sorted(mistake.allowed for mistake in caught.value.mistakes) == [
        "an ISO 3166-1 alpha-2 code",
        "each key once",
        "weights that add up to 100",
    ]
