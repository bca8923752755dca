"""The pages ask both databases in the same words."""

from ricomi_workflow.kernel.actors import Role
from tests.support.office import OfficeHouse, furnish

PAGES = {
    (Role.FOCAL_POINT, "PY"): ("/work", "/cases", "/cases/{ref}", "/cases/{ref}/dossier/request/1"),
    (Role.FOCAL_POINT, "BR"): ("/work", "/cases/{ref}"),
    (Role.CEAM_DELEGATE, "UY"): ("/work", "/ceam", "/cases/{ref}/ballot"),
    (Role.FUND_ADMINISTRATOR, ""): ("/fund/desk", "/cases/{ref}/do/pay_tranche"),
    (Role.SECRETARIAT, ""): ("/work", "/cases?q=ricomi", "/ceam", "/cases/{ref}"),
}


def test_every_page_of_the_workspace_opens_on_each_database(address: str) -> None:
    furnish(address)
    house = OfficeHouse(address)
    ref = house.executing()
    house.act(ref, Role.CERTIFYING_OFFICER, "certify_tranche")
    for (role, country), paths in PAGES.items():
        for path in paths:
            visitor = house.the(role, country, "pt").open("/pt" + path.format(ref=ref))
            assert visitor.status == 200, (role, path, visitor.text)
            assert not visitor.page.faults(), (role, path, visitor.page.faults())
    house.services.uow.engine.dispose()
