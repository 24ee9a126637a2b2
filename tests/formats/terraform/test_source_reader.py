"""The format as a whole: roots, the order of values, modules, and what a run says of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.plans import Item, Ref, plan
from tests.sources import BARE, POLICY

from sparekey.config import Config
from sparekey.model.inputs import Given, Inputs
from sparekey.model.kinds.people import Group
from sparekey.model.run import Run
from sparekey.model.span import Span
from sparekey.run import check, gather

RULE = "policy-locks-everyone-out"

ACCOUNT = """resource "azuread_user" "bg" {
  user_principal_name = "breakglass@contoso.onmicrosoft.com"
  display_name        = "Emergency"
}
"""
LIST = (
    'variable "x" {\n  type = list(string)\n  %s\n}\n'
    + ACCOUNT
    + POLICY % "excluded_users = [for x in var.x : azuread_user.bg.object_id]"
)
NONE, SOME = "[]", '["a"]'


def _check(
    folder: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch, config: Config | None = None, *paths: str
) -> Run:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(folder)
    return check([Path(path) for path in paths or (".",)], config or Config())


def _verdicts(run: Run, rule: str = RULE) -> dict[str, str]:
    return {finding.subject: finding.verdict for outcome in run.outcomes for finding in outcome.findings if outcome.rule == rule}


@pytest.mark.parametrize(
    ("files", "given", "verdict"),
    [
        pytest.param({}, (), "fail", id="the default"),
        pytest.param({"terraform.tfvars": f"x = {SOME}\n"}, (), "pass", id="the root's file"),
        pytest.param(
            {"terraform.tfvars": f"x = {SOME}\n", "terraform.tfvars.json": '{"x": []}'}, (), "fail", id="its JSON after it"
        ),
        pytest.param(
            {"terraform.tfvars": f"x = {NONE}\n", "a.auto.tfvars": f"x = {SOME}\n"}, (), "pass", id="automatic after it"
        ),
        pytest.param({"a.auto.tfvars": f"x = {SOME}\n", "b.auto.tfvars": f"x = {NONE}\n"}, (), "fail", id="by name"),
        pytest.param({"a.auto.tfvars": f"x = {NONE}\n"}, (("x", SOME),), "pass", id="the command line last"),
        pytest.param({"p.tfvars": f"x = {SOME}\n"}, (("", "p.tfvars"), ("x", NONE)), "fail", id="a value after a file"),
        pytest.param({"p.tfvars": f"x = {SOME}\n"}, (("x", NONE), ("", "p.tfvars")), "pass", id="a file after a value"),
    ],
)
def test_values_count_in_the_order_of_terraform(
    files: dict[str, str],
    given: tuple[tuple[str, str], ...],
    verdict: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inputs = Inputs(given=tuple(Given(name=name, text=text) for name, text in given))
    run = _check(tmp_path, {"main.tf": LIST % "default = []", **files}, monkeypatch, Config(inputs=inputs))
    assert list(_verdicts(run).values()) == [verdict]


def test_a_variable_without_a_value_is_asked_for_where_it_is_declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = _check(tmp_path, {"main.tf": LIST % ""}, monkeypatch)
    assert list(_verdicts(run).values()) == ["unknown"]
    question = next(q for q in run.questions if q.what == "variable x has no value")
    assert "--var x=" in question.how


@pytest.mark.parametrize(("workspace", "verdict"), [("prod", "pass"), ("dev", "fail")])
def test_the_workspace_is_the_one_that_is_named(
    workspace: str, verdict: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = ACCOUNT + POLICY % 'excluded_users = terraform.workspace == "prod" ? [azuread_user.bg.object_id] : null'
    run = _check(tmp_path, {"main.tf": source}, monkeypatch, Config(inputs=Inputs(workspace=workspace)))
    assert list(_verdicts(run).values()) == [verdict]


CALL = 'module "m" {\n  source = "../m"\n}\n'


def test_a_module_is_judged_in_each_root_that_calls_it_and_not_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"a/main.tf": CALL, "b/main.tf": CALL, "m/main.tf": BARE}
    run = _check(tmp_path, files, monkeypatch)
    found = [(f.deployment, f.subject) for o in run.outcomes for f in o.findings if o.rule == RULE]
    subject = "module.m.azuread_conditional_access_policy.p"
    assert sorted(found) == [("a", subject), ("b", subject)]


def test_a_module_that_the_command_line_names_is_a_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = _check(tmp_path, {"a/main.tf": CALL, "m/main.tf": BARE}, monkeypatch, None, "a", "m")
    assert set(_verdicts(run)) == {"azuread_conditional_access_policy.p", "module.m.azuread_conditional_access_policy.p"}


def test_a_waiver_comment_counts_in_a_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    comment = f'# sparekey:waive={RULE} until=2999-01-01 reason="a drill"\n'
    run = _check(tmp_path, {"a/main.tf": CALL, "m/main.tf": comment + BARE}, monkeypatch)
    waived = [f.waiver for o in run.outcomes for f in o.findings if o.rule == RULE]
    assert len(waived) == 1
    assert waived[0] is not None


@pytest.mark.parametrize("count", ["var.on ? 1 : 0", "var.many"])
def test_a_policy_that_may_not_exist_never_fails(count: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    variables = 'variable "on" {\n  type = bool\n}\nvariable "many" {\n  type = number\n}\n'
    run = _check(tmp_path, {"main.tf": variables + BARE.replace("{\n", f"{{\n  count = {count}\n", 1)}, monkeypatch)
    assert list(_verdicts(run).values()) == ["unknown"]


HOST = """variable "n" {{
  type = number
}}
resource "azurerm_linux_virtual_machine" "c" {{
  count = {0}
  name  = "c"
  tags  = {{ "sparekey-role" = "connector", "sparekey-group" = "g" }}
}}
"""


@pytest.mark.parametrize("count", ["var.n", "var.n > 1 ? 3 : 1", "var.n > 1 ? 3 : 0"])
def test_hosts_of_unknown_number_never_make_redundancy(count: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = _check(tmp_path, {"main.tf": HOST.format(count)}, monkeypatch)
    verdicts = set(_verdicts(run, "sole-connector").values())
    assert verdicts
    assert "pass" not in verdicts


def test_source_that_was_edited_after_the_plan_lends_it_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Item("azuread_user", "other", {"user_principal_name": "other@contoso.com", "display_name": "Other"})
    account = Item("azuread_user", "bg", {"user_principal_name": "breakglass@contoso.com", "display_name": "Emergency"})
    group = Item("azuread_group", "g", {"display_name": "g", "members": [Ref("azuread_user.other")]})
    ledger = json.dumps(plan([other, account, group]))
    source = "".join(f'resource "azuread_user" "{name}" {{\n  display_name = "{name}"\n}}\n' for name in ("other", "bg"))
    source += 'resource "azuread_group" "g" {\n  display_name = "g"\n  members = [azuread_user.%s.object_id]\n}\n'
    found = {}
    for name in ("other", "bg"):
        _check(tmp_path / name, {"plan.json": ledger, "main.tf": source % name}, monkeypatch)
        gathered = gather([Path()], Config())
        (read,) = (r for estate in gathered.estates for r in estate.of("group") if r.head.address == "azuread_group.g")
        assert isinstance(read, Group)
        found[name] = {ref.to for member in read.members.values.members for ref in getattr(member, "refs", ()) if ref.certain}
    assert found == {"other": {"azuread_user.other"}, "bg": set()}


def test_a_block_of_a_newer_terraform_is_no_mistake_and_a_circle_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    circle = "locals {\n  a = local.b\n  b = local.a\n}\n"
    user = 'resource "azuread_user" "u" {\n  display_name        = local.a\n  user_principal_name = "u@contoso.example"\n}\n'
    (tmp_path / "main.tf").write_text(f'{circle}action "aws_lambda_invoke" "x" {{\n}}\n{user}', encoding="utf-8")
    (told,) = check([Path()], Config()).problems
    assert told.message.startswith("Cycle: ")
    assert isinstance(told.at, Span)


def test_a_state_elsewhere_that_nothing_judged_comes_from_lacks_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What no identity resource touches is not read; that is no reason to say that its arguments are missing."""
    state = 'data "terraform_remote_state" "s" {\n  %s\n}\n'
    assert _check(tmp_path / "a", {"main.tf": ACCOUNT + state % 'backend = "azurerm"'}, monkeypatch).problems == ()
    (problem,) = _check(tmp_path / "b", {"main.tf": ACCOUNT + state % ""}, monkeypatch).problems
    assert problem.message.startswith("Missing required argument")


def test_a_file_outside_of_the_root_is_named_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret.txt").write_text("breakglass", encoding="utf-8")
    (tmp_path / "infra").mkdir()
    user = 'resource "azuread_user" "u" {\n  display_name = file("../secret.txt")\n}\n'
    (tmp_path / "infra" / "main.tf").write_text(user, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "infra")
    run = check([Path()], Config())
    (told,) = [problem for problem in run.problems if problem.kind == "not-followed"]
    assert "../secret.txt lies outside" in told.message
    assert isinstance(told.at, Span)
    assert told.at.start_line == 2


def test_what_instances_of_a_block_say_alike_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line of a block that makes several instances shows a value only where all of them have it."""
    text = POLICY % "" + 'variable "who" {\n  default = ["All"]\n}\n'
    assert "included_users" in text
    one = text.replace('included_users  = ["All"]', "included_users = var.who").replace(
        'included_users = ["All"]', "included_users = var.who"
    )
    run = _check(tmp_path, {"main.tf": one}, monkeypatch)
    (finding,) = [f for o in run.outcomes if o.rule == RULE for f in o.findings]
    assert any(evidence.label == 'included users = ["All"]' for evidence in finding.evidence)
