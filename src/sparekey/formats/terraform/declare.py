"""From the instances of a root module to declarations."""

from __future__ import annotations

from sparekey.formats.terraform.ignored import ignored
from sparekey.formats.terraform.lift import Owner, lift_body
from sparekey.formats.terraform.modules.evaluated import Instance
from sparekey.model.declaration import Declaration
from sparekey.model.resource import Head
from sparekey.model.truth import Bounds, Truth, asks, maybe
from sparekey.model.value import Body, Unknown

_CERTAIN = Truth(answer="yes")
_ONE = Bounds(least=1, most=1)


def declaration(instance: Instance, deployment: str) -> Declaration:
    """The declaration of an instance.

    Source says what there shall be, not what is there already, so it is read like the first plan: everything is created.
    """
    presence, count = _CERTAIN, _ONE
    if instance.possible is not None:
        why = instance.possible
        unknown = Unknown(reason=why.reason, at=why.at or instance.block.header, how=why.how)
        count = Bounds(
            least=instance.least, most=instance.most, missing=() if instance.least == instance.most else (asks(unknown),)
        )
        presence = _CERTAIN if instance.least else maybe(asks(unknown))
    data = instance.mode == "data"
    owner = Owner(
        instance.address,
        instance.type,
        looked_up=data,
        ignored={} if data else ignored(instance.block),
        before=instance.before or {},
    )
    return Declaration(
        format="terraform",
        type=instance.type,
        head=Head(
            deployment=deployment,
            address=instance.address,
            at=instance.block.header,
            calls=instance.calls,
            looked_up=data,
            presence=presence,
            count=count,
        ),
        body=Body(value=lift_body(owner, instance.evaluate())),
        mode=instance.mode,
        action="read" if data else "create",
        versions=instance.provider_versions,
    )
