"""The command line: options, exit codes, and that nothing ever ends in a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sparekey import __version__, cli
from sparekey.reports.json import run_from_json
from tests.plans import plan
from tests.test_run import CONNECTOR, GEO


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.json").write_text(json.dumps(plan([GEO, CONNECTOR])), encoding="utf-8")


def _sparekey(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["sparekey", *arguments])
    monkeypatch.setattr("gc.disable", lambda: None)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


@pytest.mark.parametrize(
    "arguments, code",
    [
        (("--version",), 0),
        (("rules",), 0),
        (("explain", "sole-connector"), 0),
        (("dump", "plan.json"), 0),
        (("check", "plan.json"), 1),
        (("check",), 1),
        (("check", "plan.json", "--only"), 2),
        (("check", "nowhere.json"), 2),
        (("check", "plan.json", "--rule", "nope"), 2),
        (("check", "plan.json", "--fail-on", "nope"), 2),
        (("check", "plan.json", "--format", "nope"), 2),
        (("check", "plan.json", "--as-of", "tomorrow"), 2),
        (("check", "plan.json", "--config", "nowhere.yaml"), 2),
        (("check", "plan.json", "--source", "nowhere"), 2),
        (("check", "plan.json", "--output", "no/such/folder"), 2),
        (("explain", "nope"), 2),
        (("rules", "--format", "nope"), 2),
        (("nope",), 2),
        (("check", "plan.json", "--skip", "policy-locks-everyone-out", "--fail-on", "critical"), 0),
        (("check", "plan.json", "--rule", "too-few-emergency-accounts", "--fail-on-unknown", "low"), 1),
    ],
)
def test_exit_codes(
    arguments: tuple[str, ...], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ended, out, err = _sparekey(monkeypatch, capsys, *arguments)
    assert ended == code, out + err
    assert "Traceback" not in out + err
    assert (code == 2) == bool(err)


def test_the_version(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert _sparekey(monkeypatch, capsys, "--version")[1] == f"sparekey {__version__}\n"


def test_json_to_a_file(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _sparekey(
        monkeypatch, capsys, "check", "plan.json", "--format", "json", "--output", "r.json", "--as-of", "2026-01-31"
    )
    run = run_from_json(Path("r.json").read_text(encoding="utf-8"))
    assert (code, out, run.exit_code, run.as_of) == (1, "", 1, "2026-01-31")


def test_rules_as_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    listed = json.loads(_sparekey(monkeypatch, capsys, "rules", "--format", "json")[1])
    assert {"slug", "guidance", "severity", "kinds", "parameters"} <= set(listed[0])
    assert {guidance for rule in listed for guidance in rule["guidance"]} >= {"CA-03", "BG-01", "BG-03", "PROXY-01", "DIR-10"}


def test_dump_shows_places_instead_of_handles(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    dumped = json.loads(_sparekey(monkeypatch, capsys, "dump", "plan.json")[1])
    (policy,) = dumped["plan.json"]["resources"]["access_policy"]
    assert policy["at"] == "plan.json#/resource_changes/0"
    assert policy["included_users"]["members"][0]["at"].endswith("/users/0/included_users/0")
    assert dumped["plan.json"]["resources"]["machine"]
    assert not [at for at in _places(dumped) if not isinstance(at, str)]


def _places(value: object) -> list[object]:
    if isinstance(value, dict):
        return [v for k, v in value.items() if k == "at"] + [p for v in value.values() for p in _places(v)]
    return [p for v in value for p in _places(v)] if isinstance(value, list) else []


def test_the_nearest_configuration_is_in_force(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    Path("sparekey.yaml").write_text("rules: {policy-locks-everyone-out: off, sole-connector: off}\n", encoding="utf-8")
    assert _sparekey(monkeypatch, capsys, "check", "plan.json", "--fail-on", "critical")[0] == 0
    Path("other.yaml").write_text("rules: {nope: off}\n", encoding="utf-8")
    code, _, err = _sparekey(monkeypatch, capsys, "check", "plan.json", "--config", "other.yaml")
    assert (code, "other.yaml:1: there is no rule 'nope'" in err) == (2, True)


def test_a_mistake_names_file_line_and_key(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    Path("sparekey.yaml").write_text("# mine\ninventry: {}\n", encoding="utf-8")
    code, out, err = _sparekey(monkeypatch, capsys, "check", "plan.json")
    assert (code, out) == (2, "")
    assert err == "sparekey: sparekey.yaml:2: inventry: unknown key; did you mean inventory?\n"


def test_more_mistakes_than_anybody_reads_are_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("sparekey.yaml").write_text("".join(f"key{n}: 1\n" for n in range(23)), encoding="utf-8")
    code, out, err = _sparekey(monkeypatch, capsys, "check", "plan.json")
    assert (code, out, err.count("\n"), err.splitlines()[-1]) == (2, "", 21, "sparekey: and 3 more mistakes")


def test_a_fault_of_ours_is_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("\x1b[2J lost")

    monkeypatch.setattr("sparekey.run.check", broken)
    code, out, err = _sparekey(monkeypatch, capsys, "check", "plan.json")
    assert (code, out, err.count("\n"), "\x1b" in err) == (4, "", 1, False)
    assert "internal error" in err
    monkeypatch.setenv("SPAREKEY_DEBUG", "1")
    with pytest.raises(KeyError):
        cli.main()


def test_a_missing_engine_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "regorus", None)
    code, out, err = _sparekey(monkeypatch, capsys, "check", "plan.json")
    assert (code, out) == (4, "")
    assert "the embedded engine is not installed" in err


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = [sys.executable, "-c", "from sparekey.cli import main; main()", "check", "plan.json", "--all"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), errors) == (1, b"")


def test_a_terminal_without_unicode_is_served() -> None:
    Path("plan.json").write_text(json.dumps(plan([GEO])).replace("CA010", "CA\u00fc\u4e2d"), encoding="utf-8")
    command = [sys.executable, "-c", "from sparekey.cli import main; main()", "check", "plan.json"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    ended = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert (ended.returncode, ended.stderr) == (1, b"")
    assert rb"CA\u00fc\u4e2d" in ended.stdout


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_json_is_json_whatever_standard_output_can_hold(encoding: str) -> None:
    Path("plan.json").write_text(json.dumps(plan([GEO])).replace("CA010", "\u00fc\u4e2d\U0001f511"), encoding="utf-8")
    ended = _process("check", "plan.json", "--format", "json", env={**os.environ, "PYTHONIOENCODING": encoding})
    outcomes = json.loads(ended.stdout.decode(encoding))["outcomes"]
    (found,) = (o for o in outcomes if o["rule"] == "policy-locks-everyone-out")
    assert "\u00fc\u4e2d\U0001f511" in found["findings"][0]["message"]


def _process(*arguments: str, **how: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", "from sparekey.cli import main; main()", *arguments]
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.run(command, **{**streams, **how}, check=False)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here that is always full")
def test_a_stream_that_takes_nothing_keeps_the_exit_code_honest() -> None:
    with Path("/dev/full").open("wb") as full:
        ended = _process("check", "plan.json", stdout=full)
        assert (ended.returncode, ended.stderr) == (
            2,
            b"sparekey: (command line): standard output cannot be written: No space left on device\n",
        )
        assert _process("check", "nowhere.json", stderr=full).returncode == 2


@pytest.mark.skipif(os.name != "posix", reason="closes streams as a shell does")
def test_a_closed_stream_keeps_the_exit_code_honest() -> None:
    shell = 'exec "$0" -c "from sparekey.cli import main; main()" check'
    for closed, path, code in ((">&-", "plan.json", 2), ("2>&-", "nowhere.json", 2), ("2>&-", "plan.json", 1)):
        ended = subprocess.run(["/bin/sh", "-c", f"{shell} {path} {closed}", sys.executable], capture_output=True, check=False)
        assert (ended.returncode, b"Traceback" in ended.stderr) == (code, False)


@pytest.mark.parametrize("day", ["20260131", "2026-W05-6"])
def test_every_spelling_of_a_day_is_the_same_day(
    day: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("sparekey.yaml").write_text(
        "waivers: [{rule: policy-locks-everyone-out, subject: azuread_conditional_access_policy.geo, reason: r, until: '2026-01-31'}]",
        encoding="utf-8",
    )
    arguments = ("check", "plan.json", "--rule", "policy-locks-everyone-out", "--as-of")
    assert _sparekey(monkeypatch, capsys, *arguments, day)[0] == 0
    assert _sparekey(monkeypatch, capsys, *arguments, "20260201")[0] == 1


def test_starting_loads_nothing_heavy() -> None:
    heavy = ("yaml", "jsonschema", "regorus", "msgspec", "rich", "sparekey.run")
    code = f"import sys, sparekey.cli; print([m for m in {heavy!r} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def _write_template(folder: Path) -> None:
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    properties = {"enableSoftDelete": True, "enablePurgeProtection": "[parameters('protect')]"}
    vault = {"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv", "properties": properties}
    top = {"$schema": schema, "contentVersion": "1.0.0.0", "parameters": {"protect": {"type": "bool"}}, "resources": [vault]}
    (folder / "infra").mkdir()
    (folder / "infra" / "main.json").write_text(json.dumps(top))
    for name, protect in (("dev", False), ("prod", True)):
        (folder / f"{name}.json").write_text(json.dumps({"parameters": {"protect": {"value": protect}}}))


@pytest.mark.parametrize("files, verdicts", [((), ["unknown"]), (("prod",), ["pass"]), (("dev", "prod"), ["fail", "pass"])])
def test_each_parameter_file_that_is_handed_over_is_judged_by_itself(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    files: tuple[str, ...],
    verdicts: list[str],
) -> None:
    _write_template(tmp_path)
    handed = [word for name in files for word in ("--parameters", f"{name}.json")]
    _, out, err = _sparekey(monkeypatch, capsys, "check", "infra", *handed, "--rule", "vault-not-recoverable", "--format", "json")
    findings = [finding for outcome in json.loads(out)["outcomes"] for finding in outcome["findings"]]
    assert sorted(finding["verdict"] for finding in findings) == verdicts
    assert {f["deployment"] for f in findings} == {f"infra/main.json+{name}.json" for name in files} or not files
    assert err == ""
    if not files:
        (missing,) = findings[0]["missing"]
        assert "--parameters" in missing["how"]
        assert missing["where"].startswith("infra/main.json:")


@pytest.mark.parametrize("command", [("dump",), ("init", "--output", "-")])
def test_the_other_commands_take_parameter_files_as_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, command: tuple[str, ...]
) -> None:
    _write_template(tmp_path)
    code, out, _ = _sparekey(monkeypatch, capsys, *command, "infra", "--parameters", "prod.json")
    assert code == 0
    assert ("infra/main.json+prod.json" in out) == (command == ("dump",))


def test_a_parameter_file_that_is_not_there_or_fits_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    _write_template(tmp_path)
    code, _, err = _sparekey(monkeypatch, capsys, "check", "infra", "--parameters", "nowhere.json")
    assert (code, "--parameters: there is no file nowhere.json" in err) == (2, True)
    (tmp_path / "strange.json").write_text(json.dumps({"parameters": {"strange": {"value": 1}}}))
    code, out, _ = _sparekey(monkeypatch, capsys, "check", "infra", "--parameters", "strange.json")
    assert code == 3
    assert "no template that is scanned declares all that it gives (strange)" in out


def test_a_parameter_file_may_be_named_as_the_azure_cli_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    _write_template(tmp_path)
    _, plain, _ = _sparekey(monkeypatch, capsys, "dump", "infra", "--parameters", "prod.json")
    code, out, _ = _sparekey(monkeypatch, capsys, "dump", "infra", "--parameters", "@prod.json")
    assert (code, out) == (0, plain)
    code, _, err = _sparekey(monkeypatch, capsys, "dump", "infra", "--parameters", "@gone.json")
    assert (code, "--parameters: there is no file gone.json" in err) == (2, True)


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("protect=hunter2", "protect"),
        ("protect=", "protect"),
        ('{"protect": {"value": "hunter2"}}', "NAME"),
        ('{"protect": "a=hunter2"}', "NAME"),
        ("=hunter2", "NAME"),
    ],
)
def test_values_instead_of_a_parameter_file_are_refused_with_what_to_write(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, word: str, shown: str
) -> None:
    _write_template(tmp_path)
    code, _, err = _sparekey(monkeypatch, capsys, "check", "infra", "--parameters", word)
    assert code == 2
    assert f'write {{"parameters": {{"{shown}": {{"value": …}}}}}} in one' in err
    assert "hunter2" not in err


def test_what_is_wrong_with_a_parameter_file_is_said_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Two templates take it, and each deployment has the problem."""
    _write_template(tmp_path)
    (tmp_path / "infra" / "second.json").write_text((tmp_path / "infra" / "main.json").read_text())
    (tmp_path / "dev.json").write_text('{"parameters": {\n"protect": true}}')
    code, out, _ = _sparekey(monkeypatch, capsys, "check", "infra", "--parameters", "dev.json")
    assert code == 3
    assert out.count("gives no value for protect") == 1
    assert "dev.json:2" in out


def test_a_line_of_a_file_in_utf_16_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    _write_template(tmp_path)
    text = json.dumps(json.loads((tmp_path / "infra" / "main.json").read_text()), indent=2).replace("\n", "\r\n")
    (tmp_path / "infra" / "main.json").write_bytes(text.encode("utf-16"))
    _, out, _ = _sparekey(monkeypatch, capsys, "check", "infra", "--parameters", "dev.json")
    assert '| "enablePurgeProtection": "[parameters(\'protect\')]"' in out
