"""What ARM resources are named by: their ids, those of what lies within them, and the resources that they lie in.

The body of a declaration holds two members beside what is written: `id`, its own id, and `parent_id`, that of what its type says it
lies in.
"""

from __future__ import annotations

from sparekey.model.declaration import Declaration
from sparekey.model.resource import Key
from sparekey.model.span import Place
from sparekey.model.value import Blocks, Body, Known, Links, Reference, Text, Unknown, ValueSet


def own_id(declaration: Declaration) -> Text:
    """The id of the resource. What a template writes as `id` itself says nothing: the service takes no such thing."""
    found, head = declaration.body.text("id"), declaration.head
    written = isinstance(found, Known) and declaration.format == "arm" and found.origin != "derived"
    if written or (isinstance(found, Known) and not found.value):
        return Unknown(reason=f"what is the id of {head.address}?", at=head.at)
    return found


def own_key(declaration: Declaration) -> Key:
    """The key by which others name the resource."""
    return Key(space="arm_id", attribute="id", value=own_id(declaration))


def part_key(declaration: Declaration, sort: str, name: Text) -> Key:
    """The key of something that is written within a resource: a subnet (`sort`: "subnets") in its network."""
    within = own_id(declaration)
    if isinstance(name, Unknown) or not name.value:
        missing = Unknown(reason=f"what is the name of one of the {sort} of {declaration.head.address}?", at=name.at)
        # A reference to it says the same of its name, where that is said by something that is not known here.
        spelled = name.text if isinstance(name, Unknown) else ""
        return Key(space="arm_id", attribute=f"{sort}/{spelled or '?'}", value=missing)
    whole: Text = within
    if isinstance(within, Known):
        whole = Known(value=f"{within.value}/{sort}/{name.value}", at=name.at, origin="derived")
    return Key(space="arm_id", attribute=f"{sort}/{name.value}", value=whole)


def to_itself(declaration: Declaration, kind: str, attribute: str = "id") -> Links:
    """From a part of a declaration to the resource of the whole one, or by `attribute` to another part."""
    head = declaration.head
    what = "id" if attribute == "id" else attribute
    itself = Unknown(
        reason=f"what is the {what} of {head.address}?",
        at=head.at,
        refs=(Reference(to=head.address, attribute=attribute, certain=True, alone=True),),
    )
    return Links(values=ValueSet(members=(itself,), at=head.at), to=(kind,), by=("arm_id",))


def to_parent(declaration: Declaration, *kinds: str) -> Links:
    """To what a resource lies in, as its type says."""
    found = declaration.body.link("parent_id", to=kinds, by=("arm_id",))
    if found.values.members or found.values.open:
        return found
    head = declaration.head
    unknown = Unknown(
        reason=f"what does {head.address} lie in?", at=head.at, how="write its name with the name of what it lies in"
    )
    return Links(values=ValueSet(members=(unknown,), at=head.at), to=kinds, by=("arm_id",))


def last_name(declaration: Declaration) -> Text:
    """The last part of the name of a resource that lies in another one, whose name may stand before it."""
    name = declaration.body.text("name")
    if isinstance(name, Unknown) or name.value is None:
        return name
    return Known(value=name.value.rsplit("/", 1)[-1], at=name.at, origin=name.origin)


def within(blocks: Blocks, *path: str) -> Blocks:
    """All blocks at `path` in each of several blocks."""
    inner = [block.blocks(*path) for block in blocks]
    open_ = blocks.open or next((one.open for one in inner if one.open), None)
    return Blocks(members=tuple(block for one in inner for block in one), at=blocks.at, open=open_)


def links_of(blocks: Blocks, *path: str, to: str) -> Links:
    """The ids that stand at `path` in each of several blocks, as one relation. Where none stands, nothing is added."""
    members: list[Known[str] | Unknown] = []
    for block in blocks:
        id_ = block.text(*path)
        if isinstance(id_, Unknown):
            members.append(id_)
        elif id_.value:
            members.append(Known(value=id_.value, at=id_.at, origin=id_.origin))
    return Links(values=ValueSet(members=tuple(members), at=blocks.at, open=blocks.open), to=(to,), by=("arm_id",))


def no_links(at: Place, to: str) -> Links:
    """A relation that certainly leads nowhere."""
    return Links(values=ValueSet(members=(), at=at), to=(to,), by=("arm_id",))


def section(body: Body, *path: str) -> Body:
    """What stands at `path`, to be read on from there."""
    return Body(value=body.get(*path))
