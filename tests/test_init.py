"""`sparekey init`: every question that an entry of sparekey.yaml can answer waits there, and its answer closes exactly its checks."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from sparekey import cli
from sparekey.config import Config, ConfigError
from sparekey.config_file import load
from sparekey.model.answers import ONE_ENTRY
from sparekey.model.finding import Question
from sparekey.model.run import Run
from sparekey.reports.starting_config import starting_config
from sparekey.run import check
from tests.plans import Hidden, Item, Ref, plan
from tests.test_run import GEO

OWN = "sparekey.yaml"
ESTATE = Path(__file__).parents[1] / "fixtures" / "estates" / "two-sites" / "before"
BREAK_GLASS = Item("azuread_user", "bg", {"user_principal_name": "bg@contoso.onmicrosoft.com", "display_name": "Break glass"})
SECOND = Item("azuread_user", "ea", {"user_principal_name": "ea@contoso.onmicrosoft.com", "display_name": "Emergency access"})
DECLARED = (
    "inventory:\n  break_glass:\n    - {upn: bg@contoso.onmicrosoft.com, object_id: aaaaaaaa-0000-4000-8000-000000000001}\n"
    "    - {upn: ea@contoso.onmicrosoft.com, object_id: aaaaaaaa-0000-4000-8000-000000000002}\n"
)
INSTALLER = "MicrosoftEntraPrivateNetworkConnectorInstaller.exe /q"


def _policy(name: str, **users: object) -> Item:
    return Item(
        "azuread_conditional_access_policy",
        name,
        {
            "display_name": name,
            "state": "enabled",
            "conditions": [
                {
                    "client_app_types": ["all"],
                    "users": [{"included_users": ["All"], **users}],
                    "applications": [{"included_applications": ["All"]}],
                }
            ],
            "grant_controls": [{"operator": "OR", "built_in_controls": ["mfa"]}],
        },
    )


def _machine(name: str, **values: object) -> Item:
    return Item(
        "azurerm_windows_virtual_machine", name, {"name": name, "computer_name": name, "location": "westeurope", **values}
    )


def _script(machine: str) -> Item:
    values = {
        "virtual_machine_id": Ref(f"azurerm_windows_virtual_machine.{machine}", "id"),
        "publisher": "Microsoft.Compute",
        "type": "CustomScriptExtension",
        "type_handler_version": "1.10",
        "settings": json.dumps({"commandToExecute": INSTALLER}),
    }
    return Item("azurerm_virtual_machine_extension", machine, values)


@dataclass(frozen=True)
class Asked:
    """A run with one question of interest: `into` and `what` name it, `blanks` are what a person writes, one mapping per entry."""

    into: str
    what: str
    items: Sequence[Item]
    rules: tuple[str, ...]
    blanks: Sequence[Mapping[str, str]] = ({},)
    before: str = ""


KINDS = {
    "emergency accounts": Asked(
        into="inventory.break_glass",
        what="which accounts are your emergency accounts?",
        items=[_policy("mfa", excluded_users=["aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"])],
        rules=("emergency-account-not-excluded", "too-few-emergency-accounts"),
        blanks=[
            {"user principal name": f"bg{n}@contoso.onmicrosoft.com", "object id": f"aaaaaaaa-0000-4000-8000-00000000000{n}"}
            for n in (1, 2)
        ],
    ),
    "an account without a readable name": Asked(
        into="inventory.break_glass",
        what="is azuread_user.hidden an emergency account?",
        items=[
            Item("azuread_user", "hidden", {"user_principal_name": Hidden("x@y.z"), "display_name": Hidden("x")}),
            _policy("mfa", excluded_users=["aaaaaaaa-0000-4000-8000-000000000001"]),
        ],
        rules=("emergency-account-not-excluded",),
        blanks=[
            {"user principal name": "bg@contoso.onmicrosoft.com", "object id": "aaaaaaaa-0000-4000-8000-000000000001"},
        ],
    ),
    "group members": Asked(
        into="inventory.groups",
        what="who is in azuread_group.bg?",
        items=[
            Item("azuread_group", "bg", {"display_name": "bg", "security_enabled": True}),
            _policy("mfa", excluded_groups=[Ref("azuread_group.bg")]),
            _policy("block", excluded_users=[Hidden("aaaaaaaa-0000-4000-8000-000000000001")]),
        ],
        rules=("emergency-account-not-excluded",),
        before=DECLARED,
        blanks=[{"user principal name or object id": 'bg@contoso.onmicrosoft.com", "ea@contoso.onmicrosoft.com'}],
    ),
    "members of a group that is managed elsewhere": Asked(
        into="inventory.groups",
        what="who is in the group aaaaaaaa-0000-4000-8000-00000000000a?",
        items=[_policy("mfa", excluded_groups=["aaaaaaaa-0000-4000-8000-00000000000a"])],
        rules=("emergency-account-not-excluded",),
        before=DECLARED,
        blanks=[{"user principal name or object id": 'bg@contoso.onmicrosoft.com", "ea@contoso.onmicrosoft.com'}],
    ),
    "a complete kind": Asked(
        into="complete",
        what='are these all the connectors of the group "default"?',
        items=[_machine("c1"), _script("c1")],
        rules=("sole-connector",),
    ),
    "connectors in a group": Asked(
        into="inventory.connectors",
        what='are these all the connectors of the group "default"?',
        items=[_machine("c1"), _script("c1")],
        rules=("sole-connector",),
        blanks=[{"name": "c1", "host name": "c1"}, {"name": "c2", "host name": "c2"}, {"name": "c3", "host name": "c3"}],
    ),
    "a machine whose script cannot be read": Asked(
        into="inventory.connectors",
        what="is c1 a connector, and of which group? what it runs cannot be read",
        items=[_machine("c1", custom_data=Hidden("aGVsbG8="))],
        rules=("sole-connector",),
        blanks=[{"name": n, "connector group": "hr", "host name": n} for n in ("c1", "c2", "c3")],
    ),
    "alerts": Asked(
        into="complete",
        what="which alerts on sign-ins of emergency accounts do these files not show?",
        items=[BREAK_GLASS, SECOND],
        rules=("emergency-sign-in-not-alerted",),
    ),
    "log exports": Asked(
        into="complete",
        what="which settings export the directory's logs that these files do not show?",
        items=[BREAK_GLASS],
        rules=("sign-in-logs-not-exported",),
    ),
    "role assignments for good": Asked(
        into="complete",
        what="does azuread_user.bg hold Global Administrator for good?",
        items=[BREAK_GLASS],
        rules=("emergency-account-role-not-permanent",),
    ),
    "role assignments": Asked(
        into="complete",
        what="does azuread_user.bg hold Global Administrator?",
        items=[BREAK_GLASS, SECOND],
        rules=("too-few-emergency-accounts",),
        before="complete:\n  - emergency_account\n",
    ),
}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _run(rules: tuple[str, ...] = ()) -> Run:
    config = load(Path(OWN), name=OWN) if Path(OWN).is_file() else Config()
    return check([Path("plan.json")], Config(**{**_fields(config), "only": rules}))  # type: ignore[arg-type]


def _fields(config: Config) -> dict[str, object]:
    return {name: getattr(config, name) for name in Config.__dataclass_fields__}


def _unknown(run: Run) -> set[str]:
    return {f.fingerprint for outcome in run.outcomes for f in outcome.findings if f.verdict == "unknown"}


def _question(run: Run, asked: Asked) -> Question:
    found = [q for q in run.questions if q.what == asked.what and asked.into in {a.into for a in q.answers}]
    assert found, [q.what for q in run.questions]
    return found[0]


def _answered(text: str, asked: Asked) -> str:
    """The file with the entry below a question uncommented, once per answer, and filled in."""
    lines = text.split("\n")
    top, _, below = asked.into.partition(".")
    section = lines.index(f"  {below}:" if below else f"{top}:")
    at = next(n for n in range(section, len(lines)) if f" {asked.what}  (" in lines[n])
    mark, rest = ("# ", "# ") if asked.into in ONE_ENTRY else ("# - ", "#   ")
    start = next(n for n in range(at + 1, len(lines)) if lines[n].lstrip().startswith(mark))
    end = start + 1
    while end < len(lines) and lines[end].lstrip().startswith(rest):
        end += 1
    entry = "\n".join(line.replace("# ", "", 1) for line in lines[start:end])
    filled = []
    for blanks in asked.blanks:
        one = entry
        for blank, answer in blanks.items():
            one = one.replace(f"<{blank}>", answer)
        filled.append(one)
    return "\n".join([*lines[:start], *filled, *lines[end:]])


@pytest.mark.parametrize("asked", KINDS.values(), ids=list(KINDS))
def test_an_answer_closes_exactly_the_checks_of_its_question(asked: Asked) -> None:
    Path("plan.json").write_text(json.dumps(plan(asked.items)), encoding="utf-8")
    if asked.before:
        Path(OWN).write_text(asked.before, encoding="utf-8")
    before = _run(asked.rules)
    question = _question(before, asked)
    answer = next(a for a in question.answers if a.into == asked.into)
    answered = [q for q in before.questions if answer in q.answers]
    others = {p for q in before.questions if answer not in q.answers for p in q.decides}
    closes = {p for q in answered for p in q.decides} - others
    text = _answered(starting_config(before), asked)
    if asked.before:
        text = text.replace(asked.before.split("\n", 1)[0] + "\n", asked.before, 1)
    Path(OWN).write_text(text, encoding="utf-8")
    after = _run(asked.rules)
    assert closes, "the scenario must have checks that this answer decides alone"
    assert _unknown(before) - _unknown(after) == closes
    assert asked.what not in {q.what for q in after.questions}


def test_what_no_entry_can_answer_is_listed_as_a_comment() -> None:
    items = [_policy("mfa", excluded_users=[Hidden("aaaaaaaa-0000-4000-8000-000000000001")]), BREAK_GLASS]
    Path("plan.json").write_text(json.dumps(plan(items)), encoding="utf-8")
    run = _run()
    text = starting_config(run)
    stuck = [q for q in run.questions if not q.answers]
    assert stuck
    tail = text[text.index("# The others are answered elsewhere:") :]
    assert all(q.what in tail and q.how in tail for q in stuck)
    assert all(line.startswith("#") or not line for line in tail.split("\n"))


@pytest.mark.parametrize("asked", KINDS.values(), ids=list(KINDS))
def test_the_file_as_written_changes_nothing(asked: Asked) -> None:
    Path("plan.json").write_text(json.dumps(plan(asked.items)), encoding="utf-8")
    before = _run()
    Path(OWN).write_text(starting_config(before), encoding="utf-8")
    after = _run()
    assert after.outcomes == before.outcomes
    assert after.questions == before.questions


def test_an_entry_that_is_not_filled_in_is_a_mistake() -> None:
    asked = KINDS["emergency accounts"]
    Path("plan.json").write_text(json.dumps(plan(asked.items)), encoding="utf-8")
    raw = Asked(into=asked.into, what=asked.what, items=asked.items, rules=asked.rules)
    Path(OWN).write_text(_answered(starting_config(_run()), raw), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(Path(OWN), name=OWN)
    assert [p.kind for p in caught.value.problems] == ["not-filled-in"] * 2
    assert "inventory.break_glass[0].upn: <user principal name> is not filled in yet" in caught.value.problems[0].message


def test_names_from_the_input_cannot_leave_their_comment_or_their_string() -> None:
    name = 'a"]\n  - x: "\x1b[2J\u2028'
    items = [
        Item("azuread_group", "bg", {"display_name": "bg"}, index=name),
        _policy("mfa", excluded_groups=[Ref(Item("azuread_group", "bg", index=name).address)]),
    ]
    Path("plan.json").write_text(json.dumps(plan(items)), encoding="utf-8")
    Path(OWN).write_text(DECLARED, encoding="utf-8")
    run = _run(("emergency-account-not-excluded",))
    assert any(answer.into == "inventory.groups" for q in run.questions for answer in q.answers)
    text = starting_config(run)
    assert all(character == "\n" or character.isprintable() for character in text)
    Path(OWN).write_text(text, encoding="utf-8")
    load(Path(OWN), name=OWN)
    uncommented = re.sub(r"^( +)# (- of|  members)", r"\1\2", text, flags=re.MULTILINE).replace(
        "<user principal", "user principal"
    )
    Path(OWN).write_text(uncommented.replace("object id>", "object id"), encoding="utf-8")
    load(Path(OWN), name=OWN)
    assert _run(("emergency-account-not-excluded",)).outcomes[0].verdict == "fail"


# --- what survivability asks ----------------------------------------------------------------------------------------


SURVIVAL = {
    "sync": Asked(
        into="inventory.sync",
        what="is password hash sync on?",
        items=(),
        rules=(),
        blanks=[{"phs, pta or federation": "pta", "true or false": "true"}],
    ),
    "place of a cluster": Asked(
        into="inventory.components",
        what="in which region or at which site does the cluster of kubernetes run?",
        items=(),
        rules=(),
        blanks=[{"region:NAME or site:NAME": "region:northeurope"}],
    ),
    "emergency method": Asked(
        into="inventory.break_glass",
        what="what does Break glass 1 sign in with?",
        items=(),
        rules=(),
        blanks=[{"fido2, x509certificate, sms, ...": "fido2"}],
    ),
    "domain controllers": Asked(
        into="inventory.agents",
        what="which domain controllers do the agents ask?",
        items=(),
        rules=(),
        blanks=[{"name": "dc-1", "host name": "hv01"}],
    ),
}


@pytest.mark.parametrize("asked", SURVIVAL.values(), ids=list(SURVIVAL))
def test_an_entry_answers_what_the_dependency_graph_asks(asked: Asked, tmp_path: Path) -> None:
    shutil.copytree(ESTATE, tmp_path, dirs_exist_ok=True)
    known = (
        "estates:\n  contoso: ['*']\ninventory:\n  agents:\n    - {name: pta-1, role: pta-agent, host: hv01, site: hq}\n"
        "    - {name: cs-1, role: connect-sync, host: hv01, site: hq}\n"
    )
    Path(OWN).write_text(known, encoding="utf-8")
    before = check([Path()], load(Path(OWN), name=OWN))
    assert asked.into in {answer.into for answer in _question(before, asked).answers}
    filled = _answered(starting_config(before), asked)
    head, _, said = known.partition("inventory:\n")
    entries = said.removeprefix("  agents:\n")
    has_list = "  agents:\n" in filled
    top, more = ("  agents:\n", entries) if has_list else ("inventory:\n", said)
    Path(OWN).write_text(head + filled.replace(top, top + more, 1), encoding="utf-8")
    after = check([Path()], load(Path(OWN), name=OWN))
    assert asked.what not in {question.what for question in after.questions}


# --- the command ----------------------------------------------------------------------------------------------------


def _sparekey(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["sparekey", *arguments])
    monkeypatch.setattr("gc.disable", lambda: None)
    code: object = 0
    try:
        cli.main()
    except SystemExit as ended:
        code = ended.code
    out, err = capsys.readouterr()
    return int(str(code or 0)), out, err


def test_the_file_is_written_once_and_never_again(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    Path("plan.json").write_text(json.dumps(plan([_policy("mfa"), BREAK_GLASS, SECOND])), encoding="utf-8")
    code, out, err = _sparekey(monkeypatch, capsys, "init")
    assert (code, out) == (0, "")
    assert "wrote sparekey.yaml" in err
    written = Path(OWN).read_text(encoding="utf-8")
    assert "break_glass" in written or "complete" in written
    code, out, err = _sparekey(monkeypatch, capsys, "init")
    assert (code, out) == (2, "")
    assert "is there already" in err
    assert Path(OWN).read_text(encoding="utf-8") == written


def test_to_another_file_or_to_standard_output(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    Path("plan.json").write_text(json.dumps(plan([GEO])), encoding="utf-8")
    Path(OWN).write_text("rules: {}\n", encoding="utf-8")
    code, out, _ = _sparekey(monkeypatch, capsys, "init", "--output", "-")
    assert code == 0
    assert out == starting_config(_run())
    assert _sparekey(monkeypatch, capsys, "init", "--output", "other.yaml")[0] == 0
    assert Path("other.yaml").read_text(encoding="utf-8") == out
    for taken in ("other.yaml", "plan.json", ".", "no/such/folder/x.yaml"):
        assert _sparekey(monkeypatch, capsys, "init", "--output", taken)[0] == 2
    Path("link.yaml").symlink_to("nowhere.yaml")
    assert _sparekey(monkeypatch, capsys, "init", "--output", "link.yaml")[0] == 2
    assert not Path("nowhere.yaml").exists()


def test_what_could_not_be_read_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    Path("cut.json").write_text('{"format_version": "1.2"', encoding="utf-8")
    code, _, err = _sparekey(monkeypatch, capsys, "init", "cut.json")
    assert (code, "not everything could be read" in err) == (0, True)


def test_nothing_open_is_said() -> None:
    Path("plan.json").write_text(json.dumps(plan([])), encoding="utf-8")
    assert "Nothing is open" in starting_config(_run())
