"""Trust in tokens that somebody else issues, whoever writes it."""

from __future__ import annotations

from sparekey.model.kinds.applications import AppCredential
from sparekey.model.resource import Head
from sparekey.model.value import Known, Links, Text


def trust(head: Head, *, name: Text, holder: Links, issuer: Text, subject: Text) -> AppCredential:
    """The credential that such trust is: nothing of it ends, and it holds no value."""
    nothing: Text = Known(value=None, at=head.at, origin="default")
    return AppCredential(
        head=head,
        name=name,
        holder=holder,
        form=Known(value="federated", at=head.at, origin="derived"),
        expires=nothing,
        lifetime=nothing,
        rotated=Known(value=False, at=head.at, origin="derived"),
        issuer=issuer,
        subject=subject,
        value_from=nothing,
    )
