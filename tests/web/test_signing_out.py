"""Signing out ends the session for every copy of its cookie, and only this session."""

from ricomi_workflow.identity.tokens import list_tokens, make_token
from ricomi_workflow.kernel.actors import Role
from tests.support.network import PASSWORD, Network, post, sign_in

PY = (Role.FOCAL_POINT, "PY")
NEW = "otra frase bastante larga"


def test_a_copied_cookie_is_worth_nothing_after_signing_out(people: Network) -> None:
    email = people.accounts.emails[PY]
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


def test_a_new_password_ends_the_tokens_of_the_api_when_that_is_wanted(people: Network) -> None:
    client, services = people.visitor(), people.services
    sign_in(client, people.accounts.emails[PY])
    person = people.accounts.actor(*PY)
    assert person.user_id is not None
    for number, (word, old) in enumerate((("no", PASSWORD), ("yes", NEW))):
        with services.uow.begin(person) as tx:
            make_token(tx, f"token {number}")
        wanted = {"end_tokens": "yes"} if word == "yes" else {}
        fresh = NEW if old == PASSWORD else f"{NEW} y otra"
        secret = {"old_password": old, "password": fresh}
        assert (
            post(client, "/es/profile", "/es/profile/password", **secret, **wanted).status_code
            == 303
        )
        with services.uow.read() as connection:
            open_ones = [
                row for row in list_tokens(connection, person.user_id) if not row.revoked_at
            ]
        assert len(open_ones) == (0 if word == "yes" else 1)
