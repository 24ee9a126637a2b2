"""What a name may lead to: one thing written in azurerm and in a template gives the same region."""

from __future__ import annotations

import pytest
from tests.azure_estates import Hidden, Written, declaration

from sparekey.mappings.arm_regional import MAPPING as ARM
from sparekey.mappings.azurerm_regional import MAPPING as AZURERM
from sparekey.model.kinds.placed import RegionalService
from sparekey.model.value import Known, Unknown


def mapped(type_: str, **values: object) -> RegionalService:
    mappers = {**ARM.mappers, **AZURERM.mappers}
    (found,) = mappers[type_](declaration(Written(type_, "x", {"name": "x", **values})))
    assert isinstance(found, RegionalService)
    return found


@pytest.mark.parametrize(
    "azurerm,arm",
    [("azurerm_public_ip", "Microsoft.Network/publicIPAddresses"), ("azurerm_linux_web_app", "Microsoft.Web/sites")],
)
def test_the_region_is_the_same_in_both(azurerm: str, arm: str) -> None:
    for type_ in (azurerm, arm):
        region = mapped(type_, location="West Europe").region
        assert isinstance(region, Known)
        assert region.value == "westeurope"
        assert isinstance(mapped(type_, location=Hidden()).region, Unknown)
        assert [key.space for key in mapped(type_, location="westeurope").keys] == ["arm_id"]
