"""The pages of programs that are told: add one, read its log, change its secret, end it."""

import re
from dataclasses import replace

import pytest

from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.text import LANGUAGES
from ricomi_workflow.webhooks.delivery import deliver
from ricomi_workflow.webhooks.dispatch import dispatch_events
from tests.support.network import Network, post
from tests.support.receiving import receiving
from tests.web.markup import Markup

PY = (Role.FOCAL_POINT, "PY")
PAGE = "/es/webhooks"
ONCE = re.compile(r'name="_once" value="(\w+)"')
SECRET = re.compile(r'id="secret">(whsec_[\w+/=]{44})<')
URL = "https://programa.example.org/avisos"


def test_a_program_is_added_told_stopped_and_ended(people: Network) -> None:
    client = people.client(*PY)
    values = {"name": "Cancillería", "url": URL, "events": "case.changed"}
    made = post(client, PAGE, PAGE, **values)
    assert Markup(made.text).faults() == []
    assert SECRET.search(made.text)
    assert made.headers["Cache-Control"] == "no-store"
    found = re.search(r'href="(/es/webhooks/\d+)"', client.get(PAGE).text)
    assert found
    own = found[1]
    assert "whsec_" not in client.get(own).text
    assert post(client, own, f"{own}/test").location == f"{own}?done=tested"
    with people.services.uow.begin(people.accounts.actor(*PY)) as tx:
        ref = open_case(tx, people.services, "cooperation_request", "PY").ref
    with receiving() as receiver:  # the address of the page is not called: nobody is there
        services = replace(people.services, webhook_exercise=receiver.place)
        dispatch_events(services)
        deliver(services)
    for lang in LANGUAGES:
        page = client.get(own.replace("/es/", f"/{lang}/"))
        assert page.status_code == 200
        assert Markup(page.text).faults() == []
        assert client.get(f"/{lang}/webhooks").status_code == 200
    log = client.get(own).text
    assert ref in log
    assert "no se pudo llamar" in log or "su dirección está dentro" in log
    once = ONCE.findall(client.get(own).text)[0]
    renewed = [post(client, own, f"{own}/secret", _once=once) for _ in range(2)]
    assert len({SECRET.findall(each.text)[0] for each in renewed}) == 1  # pressed twice: made once
    assert SECRET.findall(made.text) != SECRET.findall(renewed[0].text)
    assert "También vale, hasta el" in renewed[1].text
    assert "Detenido el" in client.get(post(client, own, f"{own}/stop").location).text
    assert post(client, own, f"{own}/resume").location == f"{own}?done=resumed"
    assert post(client, own, f"{own}/nothing").status_code == 404
    twice = post(client, PAGE, PAGE, **values)  # the form fetched anew and sent again
    assert twice.status_code == 422
    assert "«Cancillería»" in Markup(twice.text).find("p", id="url-error")[0].whole_text()
    is_kept_and_not_taken_over(people, own)
    assert post(client, own, f"{own}/end").location == f"{PAGE}?done=ended"
    assert client.get(own).status_code == 404


def is_kept_and_not_taken_over(people: Network, own: str) -> None:
    """The administrator ends a program and does nothing else to it; another State knows of none."""
    keeper = people.client(Role.ADMINISTRATOR, None)
    seen = keeper.get(own).text
    assert f'action="{own}/end"' in seen
    assert not any(f'action="{own}/{act}"' in seen for act in ("secret", "test", "stop"))
    refused = post(keeper, own, f"{own}/secret")
    assert (refused.status_code, "whsec_" in refused.text) == (409, False)
    stranger = people.client(Role.FOCAL_POINT, "CL")
    assert stranger.get(own).status_code == 404


def test_what_is_wrong_stands_at_its_field(people: Network) -> None:
    client = people.client(*PY)
    wrong = post(client, PAGE, PAGE, name=" ", url="http://10.0.0.1/")
    page = Markup(wrong.text)
    assert wrong.status_code == 422
    assert page.faults() == []
    assert {n.attributes["href"] for n in page.find("a")} >= {"#name", "#url", "#events"}


@pytest.mark.parametrize(
    ("who", "status"), [((Role.ADMINISTRATOR, None), 200), ((Role.AUDITOR, None), 403)]
)
def test_it_is_a_page_of_ministries_and_of_the_network(
    people: Network, who: tuple[Role, str | None], status: int
) -> None:
    client = people.client(*who)
    assert client.get(PAGE).status_code == status
    assert (PAGE in client.get("/es/profile").text) is (status == 200)
