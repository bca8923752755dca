"""Every type of page, looked at by axe, by eye of a narrow screen, and by what axe cannot see."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Response

from tests.browser.conftest import Arriving
from tests.browser.page_types import PUBLIC, SIGNED_IN
from tests.support.browser import axe_findings, save_screenshot
from tests.support.looking import (
    broken_relations,
    look,
    overflowing,
    small_targets,
    spilling,
    unread_rows,
    untagged_language,
)


@pytest.mark.parametrize("name", [*PUBLIC, *SIGNED_IN])
def test_page_can_be_used_by_everybody(name: str, arriving: Arriving) -> None:
    page = arriving({**PUBLIC, **SIGNED_IN}[name]).page
    faults = []
    faults += broken_relations(page)
    faults += untagged_language(page, "es")
    faults += spilling(page)
    faults += [f"light: {finding}" for finding in axe_findings(page)]
    save_screenshot(page, f"{name}-1280")
    light = look(page)
    page.emulate_media(color_scheme="dark")
    assert look(page) != light == ("rgb(255, 255, 255)", "rgb(29, 28, 26)")  # axe sees another page
    faults += [f"dark: {finding}" for finding in axe_findings(page, only="color-contrast")]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 844})
    faults += small_targets(page) + unread_rows(page)
    save_screenshot(page, f"{name}-390")
    page.set_viewport_size({"width": 320, "height": 640})
    faults += overflowing(page) + spilling(page)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", ["home", "catalogue", "entry", "map", "country"])
def test_a_first_visit_is_light_and_asks_nobody_else(name: str, arriving: Arriving) -> None:
    heard: list[Response] = []
    arriving(PUBLIC[name], heard).page.wait_for_load_state("networkidle")
    sizes = [answer.request.sizes() for answer in heard]
    weight = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)
    assert (weight <= 100_000, len(heard)) == (True, 3), (weight, [each.url for each in heard])
    assert len({urlsplit(each.url).netloc for each in heard}) == 1
