"""Signing out ends the session for every copy of its cookie, and only this session."""

from ricomi_workflow.kernel.actors import Role
from tests.support.network import Network, post, sign_in

PY = (Role.FOCAL_POINT, "PY")


def test_a_copied_cookie_is_worth_nothing_after_signing_out(people: Network) -> None:
    email = people.cast.accounts[PY]
    own, thief, elsewhere = people.visitor(), people.visitor(), people.visitor()
    sign_in(own, email)
    sign_in(elsewhere, email)
    cookie = own.get_cookie("ricomi")
    assert cookie is not None
    thief.set_cookie("ricomi", cookie.value)
    assert thief.get("/es/profile").status_code == 200
    post(own, "/es/profile", "/es/sign-out")
    thief.set_cookie("ricomi", cookie.value)
    assert "/sign-in" in thief.get("/es/profile").location
    assert "/sign-in" in own.get("/es/profile").location
    assert elsewhere.get("/es/profile").status_code == 200  # another session of the same person
