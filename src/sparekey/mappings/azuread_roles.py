"""The built-in directory roles by name. A name may change, so earlier names stay listed."""

from __future__ import annotations

from typing import Final

from sparekey.model.builtin_roles import TEMPLATES
from sparekey.model.value import Known, Text, Unknown

EARLIER_NAMES: Final[dict[str, str]] = {
    "Azure AD Joined Device Local Administrator": "Microsoft Entra Joined Device Local Administrator",
    "Power BI Administrator": "Fabric Administrator",
    "Partner Tier 1 Support": "Partner Tier1 Support",
    "Partner Tier 2 Support": "Partner Tier2 Support",
}
"""Names that the service gave these roles before, or gives them elsewhere, to the current ones."""

_BY_NAME: Final[dict[str, str]] = {name.lower(): template for name, template in TEMPLATES.items()} | {
    earlier.lower(): TEMPLATES[now] for earlier, now in EARLIER_NAMES.items() if now in TEMPLATES
}


def template_of(name: Text) -> Text:
    """The template id of the role with this display name (case ignored, as the provider compares it).

    An unknown name, or one that is not in the table, gives an unknown.
    """
    if isinstance(name, Unknown):
        return name
    if name.value is None:
        return Known(value=None, at=name.at, origin=name.origin)
    template = _BY_NAME.get(name.value.strip().lower())
    if template is None:
        return Unknown(
            reason=f"which built-in role is {name.value}?", at=name.at, how="write template_id instead of display_name"
        )
    return Known(value=template, at=name.at, origin="derived")
