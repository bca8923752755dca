"""Every type of page, looked at by axe, by eye of a narrow screen, and by what axe cannot see."""

from collections.abc import Callable

import pytest

from tests.browser.page_types import PUBLIC, SIGNED_IN, PageType
from tests.support.browser import axe_findings, save_screenshot
from tests.support.dated import announced, played
from tests.support.far import brought_far
from tests.support.looking import (
    broken_relations,
    look,
    overflowing,
    small_targets,
    spilling,
    untagged_language,
)
from tests.support.site import Site, Who
from tests.support.walking import Walker

STATES = (
    "draft", "submitted", "secretariat_review", "returned", "ceam_vote", "executing", "closed",
)  # fmt: skip
Sessions = dict[Who, str]  # the cookie of each reader
Entering = Callable[..., Walker]


@pytest.fixture(scope="module")
def refs(site: Site) -> dict[str, str]:
    """A case in each of the states that pages show."""
    site.give()
    far = brought_far(site)  # which takes months, as the next: first, so that nothing has run out
    dated = played(site)
    dated["open_call"] = announced(site)
    site.case_at("approved_awaiting_funds")
    made = {state: site.case_at(state) for state in STATES} | dated | far
    site.vote(made["ceam_vote"], ["AR", "BO", "BR"])
    site.vote(made["ceam_vote"], ["CL"], "abstain")
    return made


@pytest.fixture(scope="module")
def entered(site: Site) -> Sessions:
    """The session of each reader, kept from their first signing in."""
    del site
    return {}


def _arrive(walker: Walker, kind: PageType, refs: dict[str, str], kept: Sessions) -> None:
    """Go to the page as its reader."""
    context = walker.page.context
    if kind.who and kind.who not in kept:
        walker.enter(kind.who)
        kept[kind.who] = next(c["value"] for c in context.cookies() if c["name"] == "ricomi")
    elif kind.who:
        context.add_cookies(
            [{"name": "ricomi", "value": kept[kind.who], "url": walker.site.address}]
        )
    walker.visit(kind.path.format(**refs))
    if kind.then:
        kind.then(walker)


@pytest.mark.parametrize("name", [*PUBLIC, *SIGNED_IN])
def test_page_can_be_used_by_everybody(
    name: str, visitor: Entering, refs: dict[str, str], entered: Sessions
) -> None:
    walker = visitor()
    _arrive(walker, {**PUBLIC, **SIGNED_IN}[name], refs, entered)
    page, faults = walker.page, []
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
    faults += small_targets(page)
    save_screenshot(page, f"{name}-390")
    page.set_viewport_size({"width": 320, "height": 640})
    faults += overflowing(page) + spilling(page)
    assert not faults, "\n".join(faults)
