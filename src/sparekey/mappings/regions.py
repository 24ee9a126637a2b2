"""Region names in the one spelling in which two of them can be compared."""

from __future__ import annotations

from dataclasses import replace

from sparekey.model.value import Text, Unknown


def azure_region(name: Text) -> Text:
    """The name as Azure's own API writes it: "West Europe" is "westeurope". An unknown stays one, a null too."""
    if isinstance(name, Unknown) or name.value is None:
        return name
    return replace(name, value="".join(name.value.split()).lower())
