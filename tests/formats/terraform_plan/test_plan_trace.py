"""Tracing: what an unknown may come from, and when it must."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.formats.terraform_plan.plan_files import block, change, plan, read, refs, unknown

from sparekey.formats.terraform_plan.trace import SOURCE_HIDDEN
from sparekey.model.value import Reference, Unknown

GROUP = "azuread_group.g"
NEW = {"object_id": True, "id": True}


def traced(
    tmp_path: Path,
    references: list[str],
    *others: dict[str, object],
    members: object = True,
    blocks: tuple[dict[str, object], ...] = (),
    **more: object,
) -> Unknown:
    """The unknown first member of a group whose members are written with some references."""
    mask = {"members": [members] if members is True else members}
    after = {"members": [None] * len(mask["members"])} if isinstance(mask["members"], list) else {}
    content = plan(
        [change(GROUP, after, mask), *others], block(GROUP, members=refs(*references)), block("azuread_user.u"), *blocks, **more
    )
    return unknown(read(content, tmp_path), GROUP, "members", 0)


def user(key: str = "", unknown_: object = None, **after: object) -> dict[str, object]:
    return change(f"azuread_user.u{key}", after, NEW if unknown_ is None else unknown_)


ONE = ["azuread_user.u.object_id", "azuread_user.u"]


def test_one_unknown_and_one_id_is_certain(tmp_path: Path) -> None:
    found = traced(tmp_path, ONE, user())
    assert found.refs == (Reference(to="azuread_user.u", attribute="object_id", certain=True, alone=True),)
    assert not found.beyond
    assert found.reason == "what will members of azuread_group.g be?"


def test_two_unknowns_of_one_expression_are_possible(tmp_path: Path) -> None:
    found = traced(tmp_path, ONE, user(), members=[True, True])
    assert found.refs == (Reference(to="azuread_user.u", attribute="object_id"),)


def test_two_ids_are_possible_and_none_is_dropped(tmp_path: Path) -> None:
    references = [
        'azuread_user.u["a"].object_id',
        'azuread_user.u["a"]',
        "azuread_user.u",
        'azuread_user.u["b"].object_id',
        'azuread_user.u["b"]',
    ]
    found = traced(tmp_path, [*references, "azuread_user.u"], user('["a"]'), user('["b"]'))
    assert [(r.to, r.certain) for r in found.refs] == [('azuread_user.u["a"]', False), ('azuread_user.u["b"]', False)]


def test_what_is_known_cannot_be_what_is_unknown(tmp_path: Path) -> None:
    references = [*ONE, "azuread_group.old.object_id", "azuread_group.old", "azuread_user.u.display_name", "azuread_user.u"]
    old = change("azuread_group.old", {"object_id": "1"}, {}, actions=("no-op",))
    found = traced(tmp_path, references, user(display_name="U"), old, blocks=(block("azuread_group.old"),))
    assert found.refs == (Reference(to="azuread_user.u", attribute="object_id", certain=True),)


@pytest.mark.parametrize("dead", ["local.ids", "each.value", "ephemeral.x.y", "azuread_user.nowhere.object_id"])
def test_a_dead_end_leaves_nothing_certain(tmp_path: Path, dead: str) -> None:
    found = traced(tmp_path, [*ONE, dead], user())
    assert found.refs == (Reference(to="azuread_user.u", attribute="object_id"),)
    assert found.beyond == dead
    assert (found.how == SOURCE_HIDDEN) == dead.startswith(("local", "each"))


def test_what_holds_no_ids_adds_nothing(tmp_path: Path) -> None:
    found = traced(tmp_path, [*ONE, "count.index", "path.module", "terraform.workspace", "self", "var.root"], user())
    assert found.refs[0].certain
    assert not found.beyond


def test_a_whole_resource_is_every_instance(tmp_path: Path) -> None:
    found = traced(tmp_path, ["azuread_user.u"], user("[0]"), user("[1]"))
    assert found.refs == (Reference(to="azuread_user.u[0]", attribute=""), Reference(to="azuread_user.u[1]", attribute=""))


def test_a_full_splat_gives_each_item_its_instance_in_the_order_of_numbers(tmp_path: Path) -> None:
    users = [user(f"[{number}]") for number in (10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)]
    mask = {"members": [True] * 11}
    group = change(GROUP, {"members": [None] * 11}, mask)
    document = read(plan([group, *users], block(GROUP, members=refs("azuread_user.u")), block("azuread_user.u")), tmp_path)
    for number in range(11):
        expected = Reference(to=f"azuread_user.u[{number}]", attribute="", certain=True, alone=True)
        assert unknown(document, GROUP, "members", number).refs == (expected,)


@pytest.mark.parametrize(
    "more",
    [["count.index"], ["each.key"], ["var.keys"], ["azuread_user.u[0].display_name", "azuread_user.u[0]", "azuread_user.u"]],
)
def test_a_splat_beside_anything_else_is_possible(tmp_path: Path, more: list[str]) -> None:
    found = traced(tmp_path, ["azuread_user.u", *more], user("[0]", display_name="a"), user("[1]"), members=[True, True])
    assert {r.to for r in found.refs} == {"azuread_user.u[0]", "azuread_user.u[1]"}
    assert not any(r.certain for r in found.refs)


@pytest.mark.parametrize("members", [[True], [True, True, True], [True, False]])
def test_a_list_of_another_length_is_no_splat(tmp_path: Path, members: list[bool]) -> None:
    found = traced(tmp_path, ["azuread_user.u"], user("[0]"), user("[1]"), members=members)
    assert not any(r.certain for r in found.refs)


def test_a_splat_that_could_be_over_another_written_attribute_is_possible(tmp_path: Path) -> None:
    users = [user(f"[{n}]", {"object_id": True, "manager_id": True}) for n in (0, 1)]
    group = change(GROUP, {"members": [None, None]}, {"members": [True, True]})
    content = plan(
        [group, *users], block(GROUP, members=refs("azuread_user.u")), block("azuread_user.u", manager_id=refs("local.m"))
    )
    assert not any(r.certain for r in unknown(read(content, tmp_path), GROUP, "members", 0).refs)


def test_a_replaced_object_is_named_by_its_new_self(tmp_path: Path) -> None:
    replaced = change("azuread_user.u", {}, NEW, actions=("delete", "create"), before={"object_id": "old"})
    assert traced(tmp_path, ONE, replaced).refs[0].certain


def test_each_is_what_the_resource_loops_over(tmp_path: Path) -> None:
    member = 'azuread_group_member.m["a"]'
    content = plan(
        [change(member, {}, {"member_object_id": True}), user('["a"]')],
        block("azuread_group_member.m", refs("azuread_user.u"), member_object_id=refs("each.value.object_id", "each.value")),
        block("azuread_user.u"),
    )
    found = unknown(read(content, tmp_path), member, "member_object_id")
    assert found.refs == (Reference(to='azuread_user.u["a"]', attribute=""),)
    assert found.how == SOURCE_HIDDEN


def module(
    *blocks: dict[str, object], expressions: object = None, outputs: object = None, each: object = None
) -> dict[str, object]:
    inner = {"resources": list(blocks), "outputs": outputs or {}}
    call: dict[str, object] = {"source": "./m", "expressions": expressions or {}, "module": inner}
    return call if each is None else {**call, "for_each_expression": each}


def test_an_argument_leads_up_to_the_caller(tmp_path: Path) -> None:
    inner = "module.m.azuread_group.g"
    call = module(block("azuread_group.g", members=refs("var.ids")), expressions={"ids": refs(*ONE)})
    content = plan([change(inner, {"members": [None]}, {"members": [True]}), user()], block("azuread_user.u"), calls={"m": call})
    assert unknown(read(content, tmp_path), inner, "members", 0).refs == (
        Reference(to="azuread_user.u", attribute="object_id", certain=True, alone=True),
    )


def test_an_output_leads_down_to_the_instances_that_are_named(tmp_path: Path) -> None:
    inner = [change(f'module.m["{key}"].azuread_user.u', {}, NEW) for key in "ab"]
    call = module(block("azuread_user.u"), outputs={"id": {"expression": refs(*ONE)}}, each={"constant_value": {}})
    group = change(GROUP, {"members": [None]}, {"members": [True]})
    for references, expected in (
        (['module.m["a"].id', 'module.m["a"]', "module.m"], [("a", True)]),
        (["module.m"], [("a", False), ("b", False)]),
    ):
        content = plan([group, *inner], block(GROUP, members=refs(*references)), calls={"m": call})
        found = unknown(read(content, tmp_path), GROUP, "members", 0)
        assert [(r.to, r.certain) for r in found.refs] == [(f'module.m["{key}"].azuread_user.u', sure) for key, sure in expected]


def test_a_reference_stays_within_its_module_instance(tmp_path: Path) -> None:
    changes = []
    for key in "ab":
        changes.append(change(f'module.m["{key}"].azuread_group.g', {"members": [None]}, {"members": [True]}))
        changes.append(change(f'module.m["{key}"].azuread_user.u', {}, NEW))
    call = module(block("azuread_group.g", members=refs(*ONE)), block("azuread_user.u"))
    document = read(plan(changes, calls={"m": call}), tmp_path)
    for key in "ab":
        found = unknown(document, f'module.m["{key}"].azuread_group.g', "members", 0)
        assert found.refs == (Reference(to=f'module.m["{key}"].azuread_user.u', attribute="object_id", certain=True, alone=True),)


def test_modules_that_refer_to_each_other_end(tmp_path: Path) -> None:
    calls = {
        "a": module(outputs={"x": {"expression": refs("var.y")}}, expressions={"y": refs("module.b.x", "module.b")}),
        "b": module(outputs={"x": {"expression": refs("var.y")}}, expressions={"y": refs("module.a.x", "module.a", *ONE)}),
    }
    found = traced(tmp_path, ["module.a.x", "module.a"], user(), calls=calls)
    assert [r.to for r in found.refs] == ["azuread_user.u"]


def test_blocks_are_followed_to_the_attribute(tmp_path: Path) -> None:
    policy = "azuread_conditional_access_policy.p"
    after = {"conditions": [{"users": [{"excluded_groups": [None], "included_users": ["All"]}]}]}
    mask = {"conditions": [{"users": [{"excluded_groups": [True]}]}]}
    written = [{"users": [{"excluded_groups": refs(*ONE), "included_users": refs("local.x")}]}]
    for blocks, certain, beyond in ((written, True, ""), ([*written, *written], False, "a dynamic block")):
        content = plan([change(policy, after, mask), user()], block(policy, conditions=blocks), block("azuread_user.u"))
        found = unknown(read(content, tmp_path), policy, "conditions", "users", "excluded_groups", 0)
        assert found.refs[0].certain is certain
        assert found.beyond == beyond


def test_a_dynamic_block_is_not_in_the_plan(tmp_path: Path) -> None:
    policy = "azuread_conditional_access_policy.p"
    after = {"conditions": [{"users": [{"excluded_groups": [None]}]}]}
    content = plan([change(policy, after, {"conditions": [{"users": [{"excluded_groups": [True]}]}]}), user()], block(policy))
    found = unknown(read(content, tmp_path), policy, "conditions", "users", "excluded_groups", 0)
    assert (found.refs, found.beyond) == ((), "a dynamic block")


def test_in_two_blocks_either_expression_may_be_meant(tmp_path: Path) -> None:
    policy = "azuread_conditional_access_policy.p"
    after = {"grant": [{"ids": [None]}, {"ids": ["x"]}]}
    blocks = [
        {"ids": refs("azuread_user.u.object_id", "azuread_user.u")},
        {"ids": refs("azuread_user.v.object_id", "azuread_user.v")},
    ]
    changes = [change(policy, after, {"grant": [{"ids": [True]}, {}]}), user(), change("azuread_user.v", {}, NEW)]
    document = read(plan(changes, block(policy, grant=blocks), block("azuread_user.u"), block("azuread_user.v")), tmp_path)
    found = unknown(document, policy, "grant", 0, "ids", 0)
    assert [(r.to, r.certain) for r in found.refs] == [("azuread_user.u", False), ("azuread_user.v", False)]


def test_a_secret_may_be_a_known_value_too(tmp_path: Path) -> None:
    group = change(GROUP, {"members": ["hidden"]}, {}, after_sensitive={"members": [True]})
    known_user = change("azuread_user.u", {"object_id": "hidden"}, {}, actions=("no-op",))
    found = unknown(
        read(plan([group, known_user], block(GROUP, members=refs(*ONE)), block("azuread_user.u")), tmp_path), GROUP, "members", 0
    )
    assert found.refs == (Reference(to="azuread_user.u", attribute="object_id"),)


def test_without_configuration_everything_stays_open(tmp_path: Path) -> None:
    content = plan([change(GROUP, {"members": [None]}, {"members": [True]})])
    del content["configuration"]
    document = read(content, tmp_path)
    assert unknown(document, GROUP, "members", 0).beyond
    assert [(p.kind, p.incomplete) for p in document.problems] == [("no-configuration", False)]


def test_a_partial_plan_may_hide_instances(tmp_path: Path) -> None:
    for complete, beyond in ((True, ""), (False, "azuread_user.u.object_id")):
        assert traced(tmp_path, ONE, complete=complete).beyond == beyond


def test_an_item_of_a_loop_is_possible_even_where_only_one_thing_is_unknown(tmp_path: Path) -> None:
    member = 'azuread_group_member.m["a"]'
    content = plan(
        [change(member, {}, {"member_object_id": True}), user()],
        block("azuread_group_member.m", refs(*ONE), member_object_id=refs("each.value")),
        block("azuread_user.u"),
    )
    found = unknown(read(content, tmp_path), member, "member_object_id")
    assert found.refs == (Reference(to="azuread_user.u", attribute="object_id"),)


def test_what_another_block_writes_proves_nothing_for_this_one(tmp_path: Path) -> None:
    policy = "azuread_conditional_access_policy.p"
    after = {"grant": [{"ids": ["x"]}, {"ids": [None]}]}
    changes = [change(policy, after, {"grant": [{}, {"ids": [True]}]}), user()]
    document = read(
        plan(changes, block(policy, grant=[{"ids": refs(*ONE)}, {"other": refs(*ONE)}]), block("azuread_user.u")), tmp_path
    )
    found = unknown(document, policy, "grant", 1, "ids", 0)
    assert found.refs == (Reference(to="azuread_user.u", attribute="object_id"),)


def test_a_secret_that_is_unknown_too_is_never_certain(tmp_path: Path) -> None:
    group = change(GROUP, {"members": [None]}, {"members": [True]}, after_sensitive={"members": [True]})
    content = plan([group, user()], block(GROUP, members=refs(*ONE)), block("azuread_user.u"))
    assert unknown(read(content, tmp_path), GROUP, "members", 0).refs == (Reference(to="azuread_user.u", attribute="object_id"),)


def test_a_module_as_a_whole_is_possible_even_with_one_output(tmp_path: Path) -> None:
    call = module(block("azuread_user.u"), outputs={"id": {"expression": refs(*ONE)}})
    group = change(GROUP, {"members": [None]}, {"members": [True]})
    content = plan([group, change("module.m.azuread_user.u", {}, NEW)], block(GROUP, members=refs("module.m")), calls={"m": call})
    found = unknown(read(content, tmp_path), GROUP, "members", 0)
    assert found.refs == (Reference(to="module.m.azuread_user.u", attribute="object_id"),)


def test_one_instance_as_a_whole_is_possible(tmp_path: Path) -> None:
    found = traced(tmp_path, ['azuread_user.u["a"]', "azuread_user.u"], user('["a"]'), members=[True, False])
    assert found.refs == (Reference(to='azuread_user.u["a"]', attribute=""),)


def test_an_item_that_is_not_written_is_not_traced_to_another_instance(tmp_path: Path) -> None:
    changes = [change(f'azuread_user.u["{key}"]', {}, NEW) for key in "ab"]
    found = traced(tmp_path, ['azuread_user.u["a"].object_id', 'azuread_user.u["a"]', "azuread_user.u"], *changes)
    assert found.refs == (Reference(to='azuread_user.u["a"]', attribute="object_id", certain=True, alone=True),)
