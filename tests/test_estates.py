"""The join: known keys, references, certainty, aliases, what stays open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from sparekey.config import Config
from sparekey.estates import MappedDocument, join
from sparekey.model.declaration import Document
from sparekey.model.edges import Edges
from sparekey.model.estate import Estate
from sparekey.model.resource import Head, Key, Resource
from sparekey.model.span import Pointer
from sparekey.model.value import Known, Links, Reference, Text, Unknown, ValueSet

AT = Pointer(file="plan.json", pointer="/x")
GUID = "a1b2c3d4-0000-4000-8000-00000000000a"
OTHER = "a1b2c3d4-0000-4000-8000-00000000000b"


def text(value: str | None) -> Known[str | None]:
    return Known(value=value, at=AT)


def unknown(*refs: Reference, beyond: str = "") -> Unknown:
    return Unknown(reason="what is it?", at=AT, refs=refs, beyond=beyond)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(Resource):
    """A kind of this test's own."""

    kind: ClassVar[str] = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Team(Resource):
    """Another one."""

    kind: ClassVar[str] = "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership(Resource):
    """One that holds a relation."""

    kind: ClassVar[str] = "group_member"

    member: Links


def user(
    address: str, object_id: Text, *, upn: str | None = None, declared: bool = False, deployment: str = "plan.json"
) -> Account:
    head = Head(deployment=deployment, address=address, at=AT, origin="declared" if declared else "explicit")
    keys = (
        Key(space="object_id", attribute="object_id", value=object_id),
        Key(space="upn", attribute="user_principal_name", value=text(upn)),
    )
    return Account(head=head, name=text(address), keys=keys)


def member(values: Links) -> Membership:
    return Membership(head=Head(deployment="plan.json", address="azuread_group_member.m", at=AT), name=text(None), member=values)


def links(*members: Known[str] | Unknown, open_: Unknown | None = None) -> Links:
    return Links(values=ValueSet(members=members, at=AT, open=open_), to=("user", "group"))


def joined(*resources: Resource, others: Sequence[MappedDocument] = (), config: Config | None = None) -> Estate:
    document = Document(format="terraform-plan", deployment="plan.json", declarations=())
    mapped = MappedDocument(document=document, resources={r.head.address: (r,) for r in resources})
    return next(e for e in join([mapped, *others], config or Config()) if "plan.json" in e.deployments)


def ends(estate: Estate) -> Edges:
    return estate.linked(estate.of("group_member")[0], "member")


def test_a_known_id_names_its_resource_for_certain_whatever_its_case() -> None:
    edges = ends(joined(user("azuread_user.a", text(GUID)), member(links(Known(value=GUID.upper(), at=AT)))))
    assert [(e.target, e.certain) for e in edges.members] == [("plan.json#azuread_user.a", True)]
    assert edges.open is None


def test_the_path_form_of_an_id_names_the_same_object() -> None:
    edges = ends(joined(user("azuread_user.a", text(f"/users/{GUID}")), member(links(Known(value=GUID, at=AT)))))
    assert edges.members[0].target == "plan.json#azuread_user.a"


def test_an_id_that_nothing_here_has_is_external_and_certain() -> None:
    edges = ends(joined(user("azuread_user.a", text(OTHER)), member(links(Known(value=GUID, at=AT), Known(value="All", at=AT)))))
    assert [(e.target, e.certain, e.external) for e in edges.members] == [
        (f"external:object_id:{GUID}", True, True),
        ("external:object_id:All", True, True),
    ]


def test_an_azure_id_that_is_written_out_may_be_the_one_that_something_gets() -> None:
    group = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Insights/actionGroups"

    def team(name: Text, id_: Text) -> Team:
        head = Head(deployment="plan.json", address="azurerm_monitor_action_group.a", at=AT)
        return Team(head=head, name=name, keys=(Key(space="arm_id", attribute="id", value=id_),))

    def named(resource: Team) -> list[tuple[str, bool]]:
        written: ValueSet[str] = ValueSet(members=(Known(value=f"{group}/OnCall", at=AT),), at=AT)
        edges = ends(joined(resource, member(Links(values=written, to=("group",), by=("arm_id",)))))
        assert (edges.open is None) == all(edge.certain for edge in edges.members)
        return [(edge.target, edge.certain) for edge in edges.members]

    here, away = "plan.json#azurerm_monitor_action_group.a", f"external:arm_id:{group}/OnCall"
    assert named(team(text("oncall"), unknown())) == [(here, False)]
    assert named(team(unknown(), unknown())) == [(here, False)]
    assert named(team(text("other"), unknown())) == [(away, True)]
    assert named(team(text("oncall"), text(f"{group}2/oncall"))) == [(away, True)]
    assert named(team(text("oncall"), text(f"{group}/oncall"))) == [(here, True)]


def test_an_id_that_may_be_that_of_any_of_very_many_things_is_one_question() -> None:
    written: ValueSet[str] = ValueSet(members=(Known(value="/subscriptions/0/x/oncall", at=AT),), at=AT)

    def among(count: int) -> Edges:
        heads = [Head(deployment="plan.json", address=f"azurerm_monitor_action_group.a{each}", at=AT) for each in range(count)]
        teams = [Team(head=one, name=unknown(), keys=(Key(space="arm_id", attribute="id", value=unknown()),)) for one in heads]
        return ends(joined(*teams, member(Links(values=written, to=("group",), by=("arm_id",)))))

    few, many = among(100), among(101)
    assert (len(few.members), any(edge.certain for edge in few.members)) == (100, False)
    assert many.members == ()
    assert few.open
    assert many.open


def test_a_name_that_several_things_have_means_none_of_them_for_certain() -> None:
    def team(label: str, space: str) -> Team:
        head = Head(deployment="plan.json", address=f"azurerm_virtual_network.{label}", at=AT)
        return Team(head=head, name=text("net"), keys=(Key(space=space, attribute="name", value=text("rg/Net")),))

    def named(space: str, *labels: str) -> tuple[list[bool], bool]:
        written: ValueSet[str] = ValueSet(members=(Known(value="RG/net", at=AT),), at=AT)
        links_ = Links(values=written, to=("group",), by=(space,))
        edges = ends(joined(*(team(label, space) for label in labels), member(links_)))
        return [edge.certain for edge in edges.members], edges.open is None

    assert named("network_name", "a") == ([True], True)
    assert named("network_name", "a", "b") == ([False, False], False)
    assert named("vault_name", "a", "b") == ([True], True)
    assert named("arm_id", "a", "b") == ([True], True)


def test_the_part_that_a_reference_names_compares_without_case() -> None:
    head = Head(deployment="plan.json", address="net.subnets[0]", at=AT)
    part = Team(head=head, name=text("a"), keys=(Key(space="arm_id", attribute="subnets/Plant", value=unknown()),))
    ref = Reference(to="net.subnets[0]", attribute="Subnets/plant", certain=True)
    edges = ends(joined(part, member(Links(values=links(unknown(ref)).values, to=("group",), by=("arm_id",)))))
    assert [edge.certain for edge in edges.members] == [True]


def test_one_certain_reference_is_a_certain_edge_and_closes() -> None:
    ref = Reference(to="azuread_user.a", attribute="object_id", certain=True)
    edges = ends(joined(user("azuread_user.a", unknown()), member(links(unknown(ref)))))
    assert [(e.target, e.certain) for e in edges.members] == [("plan.json#azuread_user.a", True)]
    assert edges.open is None


def test_possible_references_are_kept_and_leave_the_relation_open() -> None:
    refs = (Reference(to="azuread_user.a", attribute="object_id"), Reference(to="azuread_user.b", attribute="object_id"))
    estate = joined(user("azuread_user.a", unknown()), user("azuread_user.b", unknown()), member(links(unknown(*refs))))
    edges = ends(estate)
    assert {e.target for e in edges.members} == {"plan.json#azuread_user.a", "plan.json#azuread_user.b"}
    assert not any(e.certain for e in edges.members)
    assert edges.open is not None


def test_a_reference_to_something_that_is_no_id_proves_nothing() -> None:
    ref = Reference(to="azuread_user.a", attribute="display_name", certain=True)
    edges = ends(joined(user("azuread_user.a", unknown()), member(links(unknown(ref)))))
    assert edges.members == ()
    assert edges.open is not None


def test_a_list_unknown_as_a_whole_is_never_certain() -> None:
    ref = Reference(to="azuread_user.a", attribute="object_id", certain=True)
    edges = ends(joined(user("azuread_user.a", unknown()), member(links(open_=unknown(ref)))))
    assert [(e.target, e.certain) for e in edges.members] == [("plan.json#azuread_user.a", False)]
    assert edges.open is not None


def test_a_dead_end_leaves_the_relation_open() -> None:
    edges = ends(joined(member(links(unknown(beyond="local.ids")))))
    assert edges.members == ()
    assert edges.open is not None
    assert edges.open.unknown is not None
    assert edges.open.unknown.beyond == "local.ids"


def test_what_is_declared_and_managed_is_counted_once_under_the_managed_id() -> None:
    managed = user("azuread_user.a", unknown(), upn="Bg@contoso.onmicrosoft.com")
    declared = user("break_glass[0]", text(None), upn="bg@contoso.onmicrosoft.com", declared=True)
    estate = joined(declared, managed)
    assert [r.id for r in estate.of("user")] == [managed.id]
    assert {r.id for r in estate.views(managed)} == {managed.id, declared.id}


def test_the_same_display_name_is_no_key() -> None:
    assert len(joined(user("azuread_user.a", unknown()), user("azuread_user.b", unknown())).of("user")) == 2


def test_another_deployment_is_elsewhere_and_named_estates_are_joined() -> None:
    def other() -> MappedDocument:
        document = Document(format="terraform-plan", deployment="other/plan.json", declarations=())
        resource = user("azuread_user.b", text(GUID), deployment="other/plan.json")
        return MappedDocument(document=document, resources={"azuread_user.b": (resource,)})

    apart = joined(member(links(Known(value=GUID, at=AT))), others=[other()])
    assert ends(apart).members[0].external
    assert [r.id for r in apart.elsewhere["user"]] == ["other/plan.json#azuread_user.b"]
    together = joined(
        member(links(Known(value=GUID, at=AT))),
        others=[other()],
        config=Config(estates={"all": ("plan.json", "other/plan.json")}),
    )
    assert ends(together).members[0].target == "other/plan.json#azuread_user.b"


def test_a_reference_never_leaves_its_deployment() -> None:
    document = Document(format="terraform-plan", deployment="other/plan.json", declarations=())
    twin = user("azuread_user.a", unknown(), deployment="other/plan.json")
    other = MappedDocument(document=document, resources={"azuread_user.a": (twin,)})
    ref = Reference(to="azuread_user.a", attribute="object_id", certain=True)
    estate = joined(member(links(unknown(ref))), others=[other], config=Config(estates={"all": ("*",)}))
    assert ends(estate).members == ()
    assert ends(estate).open is not None


def test_equal_addresses_of_two_roots_are_two_things() -> None:
    document = Document(format="terraform-plan", deployment="other/plan.json", declarations=())
    twin = user("azuread_user.a", unknown(), deployment="other/plan.json")
    other = MappedDocument(document=document, resources={"azuread_user.a": (twin,)})
    estate = joined(user("azuread_user.a", unknown()), others=[other], config=Config(estates={"all": ("*",)}))
    assert len(estate.of("user")) == 2


def test_groups_and_users_with_one_id_are_not_merged() -> None:
    """A kind is part of what a thing is: two kinds that share a value are two things."""
    head = Head(deployment="plan.json", address="azuread_group.g", at=AT)
    group = Team(head=head, name=text("g"), keys=(Key(space="object_id", attribute="object_id", value=text(GUID)),))
    estate = joined(user("azuread_user.a", text(GUID)), group)
    assert len(estate.of("user")) == len(estate.of("group")) == 1
