"""The command line: options to a Config, a Run to a report and an exit code. Nothing here judges."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from sparekey import __version__
from sparekey.config import usage_error as _usage
from sparekey.output import coloured, create, near, progress, width, write

if TYPE_CHECKING:
    from sparekey.config import Config
    from sparekey.model.inputs import Inputs
    from sparekey.model.problem import Problem
    from sparekey.model.seams import Report

Level = Literal["critical", "high", "medium", "low", "info"]
Paths = Annotated[list[Path] | None, typer.Argument(help="Files and folders; the working directory if none is given.")]
ConfigFile = Annotated[Path | None, typer.Option("--config", help="The sparekey.yaml to use; else the nearest one.")]
Engine = Literal["embedded", "opa"]
Policy = Annotated[list[Path] | None, typer.Option(metavar="DIR", help="Rules besides ours (repeatable).")]
Source = Annotated[Path | None, typer.Option(help="The folder of a plan's source, which says what the plan does not.")]
Var = Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="A Terraform variable (repeatable).")]
VarFile = Annotated[list[Path] | None, typer.Option(help="A file of Terraform variables (repeatable).")]
Parameters = Annotated[
    list[Path] | None, typer.Option(metavar="FILE", help="A parameter file of an ARM template: one deployment each (repeatable).")
]
Workspace = Annotated[str, typer.Option(metavar="NAME", help="What terraform.workspace is.")]

MOST_MISTAKES = 20
"""More mistakes than this are counted, not listed."""

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Checks infrastructure as code for what single failure will lock your people out.",
)


@app.command()
def check(
    paths: Paths = None,
    *,
    report_format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    output: Annotated[Path | None, typer.Option(help="A file for the report, instead of the terminal.")] = None,
    fail_on: Annotated[Level, typer.Option(help="The mildest severity that makes the exit code 1.")] = "high",
    fail_on_unknown: Annotated[Level | None, typer.Option(help="The mildest unknown that makes it 1.")] = None,
    rule: Annotated[list[str] | None, typer.Option(help="Only this rule (repeatable).")] = None,
    skip: Annotated[list[str] | None, typer.Option(help="Not this rule (repeatable).")] = None,
    config: ConfigFile = None,
    source: Source = None,
    var: Var = None,
    var_file: VarFile = None,
    workspace: Workspace = "default",
    parameters: Parameters = None,
    as_of: Annotated[str, typer.Option(metavar="DATE", help="The day on which waivers are judged; else today.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Also passes, waived findings and every question.")] = False,
    policy: Policy = None,
    engine: Annotated[Engine, typer.Option(help="What evaluates the rules.")] = "embedded",
    opa_url: Annotated[str, typer.Option(metavar="URL", help="The OPA server that --engine opa asks.")] = "",
    opa_push: Annotated[bool, typer.Option("--opa-push", help="Put the rules on that server first.")] = False,
    opa_token_env: Annotated[str, typer.Option(metavar="NAME", help="The environment variable with its bearer token.")] = "",
    opa_token_file: Annotated[Path | None, typer.Option(help="The file with its bearer token.")] = None,
    opa_ca: Annotated[Path | None, typer.Option(help="The certificates (PEM) by which it is trusted.")] = None,
    opa_timeout: Annotated[float, typer.Option(metavar="SECONDS", help="How long one request to it may take.")] = 30,
) -> None:
    """Judge files by every rule.

    Exit codes: 0 nothing found, 1 findings, 2 usage or configuration, 3 something could not be read, 4 an error of ours.
    """
    from sparekey.engine_options import opa_server, policy_folders  # noqa: PLC0415
    from sparekey.run import check as run_check  # noqa: PLC0415 - keeps `--version` and `--help` fast

    report = _report(report_format)
    settings = replace(
        _config(paths, config, source, _inputs(var, var_file, workspace, parameters)),
        only=tuple(rule or ()),
        skip=tuple(skip or ()),
        fail_on=fail_on,
        fail_on_unknown=fail_on_unknown,
        as_of=_day(as_of),
        policies=policy_folders(policy),
        opa=opa_server(
            engine,
            url=opa_url,
            push=opa_push,
            token_env=opa_token_env,
            token_file=opa_token_file,
            ca=opa_ca,
            timeout=opa_timeout,
        ),
    )
    run = run_check(_paths(paths), settings, told=progress())
    text = report.render(run, width=width(), colour=coloured(output), everything=everything)
    write(text, output)
    raise typer.Exit(run.exit_code)


@app.command()
def survive(
    paths: Paths = None,
    *,
    report_format: Annotated[str, typer.Option("--format", help="text, json or mermaid.")] = "text",
    output: Annotated[Path | None, typer.Option(help="A file for the report, instead of the terminal.")] = None,
    target: Annotated[list[str] | None, typer.Option(help="Only this sign-in path (repeatable).")] = None,
    lose: Annotated[
        list[str] | None, typer.Option(metavar="KIND:NAME", help="What if this fails? Several fail together.")
    ] = None,
    order: Annotated[int, typer.Option(help="Up to how many failures at once.")] = 2,
    budget: Annotated[float, typer.Option(metavar="SECONDS", help="How long it may take, reading apart.")] = 20,
    manual: Annotated[bool, typer.Option("--allow-manual", help="Count standbys that a person must switch on.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Every path, point and failure set, with every line.")] = False,
    config: ConfigFile = None,
    source: Source = None,
    var: Var = None,
    var_file: VarFile = None,
    workspace: Workspace = "default",
    parameters: Parameters = None,
    as_of: Annotated[str, typer.Option(metavar="DATE", help="The day on which declarations are reviewed; else today.")] = "",
) -> None:
    """Say what single failure, or several at once, stops each sign-in path.

    Exit codes: 0 told, whatever it is, 2 usage or configuration, 3 something could not be read, 4 an error of ours.
    """
    from sparekey.survive import Request  # noqa: PLC0415
    from sparekey.survive import survive as run_survive  # noqa: PLC0415
    from sparekey.survive_reports.choice import FORMATS, render, request_for  # noqa: PLC0415

    if report_format not in FORMATS:
        raise _usage(f"--format: there is no format {report_format!r} (there is {', '.join(FORMATS)})")
    asked = Request(targets=tuple(target or ()), lost=tuple(lose or ()), order=order, seconds=budget, manual=manual)
    asked = request_for(report_format, asked, everything=everything)
    settings = replace(_config(paths, config, source, _inputs(var, var_file, workspace, parameters)), as_of=_day(as_of))
    survey = run_survive(_paths(paths), settings, asked, told=progress())
    write(render(report_format, survey, colour=coloured(output), everything=everything), output)
    raise typer.Exit(survey.exit_code)


@app.command()
def rules(report_format: Annotated[str, typer.Option("--format", help="text or json.")] = "text") -> None:
    """List the rules."""
    from sparekey.engine.bundle import load_rules  # noqa: PLC0415
    from sparekey.reports.catalogue import rules_as_json, rules_as_text  # noqa: PLC0415

    if report_format not in ("text", "json"):
        raise _usage(f"there is no format {report_format!r}: text or json")
    write(rules_as_json(load_rules()) if report_format == "json" else rules_as_text(load_rules()), None)


@app.command()
def explain(slug: Annotated[str, typer.Argument(help="The rule.")], *, policy: Policy = None) -> None:
    """Show one rule's page."""
    from sparekey.config_file import did_you_mean  # noqa: PLC0415
    from sparekey.engine.bundle import load_rules, policies_folder  # noqa: PLC0415

    known = {name: rule for rule in load_rules() for name in (rule.slug, *rule.aliases)}
    if policy:
        from sparekey.engine.outside import load_outside  # noqa: PLC0415

        pages = {name: one for one in load_outside(policy, load_rules()) for name in (one.rule.slug, *one.rule.aliases)}
        if slug in pages:
            write(pages[slug].page(), None)
            return
        known |= {name: one.rule for name, one in pages.items()}
    if slug not in known:
        raise _usage(f"there is no rule {slug!r}{did_you_mean(slug, known)}")
    page = policies_folder() / known[slug].category / known[slug].slug / "README.md"
    write(page.read_text(encoding="utf-8"), None)


@app.command()
def dump(
    paths: Paths = None,
    *,
    config: ConfigFile = None,
    source: Source = None,
    var: Var = None,
    var_file: VarFile = None,
    workspace: Workspace = "default",
    parameters: Parameters = None,
) -> None:
    """Print the estates as rules see them (JSON), each handle replaced by its place: for rule authors."""
    from sparekey.dump import estates_as_json  # noqa: PLC0415
    from sparekey.run import gather  # noqa: PLC0415

    settings = _config(paths, config, source, _inputs(var, var_file, workspace, parameters))
    write(estates_as_json(gather(_paths(paths), settings, told=progress()).estates, settings), None)


@app.command()
def init(
    paths: Paths = None,
    *,
    output: Annotated[Path | None, typer.Option(help="The file to write; - for standard output.")] = None,
    config: ConfigFile = None,
    source: Source = None,
    var: Var = None,
    var_file: VarFile = None,
    workspace: Workspace = "default",
    parameters: Parameters = None,
) -> None:
    """Write a starting sparekey.yaml with the questions that keep checks undecided, each ready to be answered."""
    from sparekey.config import find, home  # noqa: PLC0415
    from sparekey.reports.starting_config import starting_config  # noqa: PLC0415
    from sparekey.run import check as run_check  # noqa: PLC0415

    settings = _config(paths, config, source, _inputs(var, var_file, workspace, parameters))
    target = output or config or find(_paths(paths)[0], top=Path()) or home(_paths(paths)[0], top=Path())
    if str(target) == "-":
        write(starting_config(run_check(_paths(paths), settings, told=progress())), None)
        return
    if os.path.lexists(target):
        raise _usage(f"{near(target)} is there already and stays as it is: --output FILE writes another, --output - prints")
    run = run_check(_paths(paths), settings, told=progress())
    create(starting_config(run), target)
    _say(f"wrote {near(target)} with {len(run.questions)} open question{'' if len(run.questions) == 1 else 's'}")
    if any(problem.incomplete for problem in run.problems):
        _say("not everything could be read, so there may be more questions: sparekey check says what")


new = typer.Typer(help="Start something new.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(new, name="new")


@new.command("rule")
def new_rule(
    category: Annotated[str, typer.Argument(help="The folder of related rules, such as hybrid.")],
    slug: Annotated[str, typer.Argument(help="What is wrong, in kebab case, such as sole-connector.")],
    *,
    folder: Annotated[Path, typer.Option("--dir", metavar="DIR", help="The folder of the categories.")] = Path("policies"),
) -> None:
    """Write the folder of a new rule, with tests that fail until it is written."""
    from sparekey.scaffold import new_rule as write_rule  # noqa: PLC0415

    write("".join(f"wrote {path.as_posix()}\n" for path in write_rule(category, slug, folder)), None)


@app.callback(invoke_without_command=True)
def _version(*, version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        write(f"sparekey {__version__}\n", None)
        raise typer.Exit


def main() -> None:
    """The command. Whatever goes wrong ends in one sentence and the exit code that names its kind."""
    from sparekey.config import ConfigError  # noqa: PLC0415 - cheap, and only `main` needs it

    try:
        app()
    except ConfigError as error:
        more = len(error.problems) - MOST_MISTAKES
        _say(*(f"{_place(problem)}{problem.message}" for problem in error.problems[:MOST_MISTAKES]))
        _say(*([f"and {more} more mistake{'' if more == 1 else 's'}"] if more > 0 else []))
        sys.exit(2)
    except KeyboardInterrupt:
        _say("interrupted")
        sys.exit(130)
    except Exception as error:
        if os.environ.get("SPAREKEY_DEBUG") == "1":
            raise
        _say(_fault(error))
        sys.exit(4)


def _fault(error: Exception) -> str:
    """An error of ours as a sentence; one that was meant for the user has said it already."""
    from sparekey.engine.failure import EngineError  # noqa: PLC0415

    if isinstance(error, EngineError):
        return str(error)
    return f"internal error, please report it: {type(error).__name__}: {error} (SPAREKEY_DEBUG=1 shows where)"


def _place(problem: Problem) -> str:
    from sparekey.reports.json import where  # noqa: PLC0415

    return f"{where(problem.at)}: "


def _say(*sentences: str) -> None:
    from sparekey.reports.plain import plain  # noqa: PLC0415

    if sys.stderr is None:
        return
    # Nobody reads what cannot be written, and the exit code must still be the right one.
    with suppress(OSError):
        for sentence in sentences:
            sys.stderr.write(f"sparekey: {plain(sentence)[:1000]}\n")
        sys.stderr.flush()


def _paths(paths: list[Path] | None) -> list[Path]:
    return paths or [Path()]


def _config(paths: list[Path] | None, file: Path | None, source: Path | None, inputs: Inputs) -> Config:
    """The configuration in force: the file that is named, else the nearest one from the first path upward."""
    from sparekey.config import Config, find  # noqa: PLC0415
    from sparekey.discovery import relative_name, require, scan_root  # noqa: PLC0415

    if source is not None and not source.is_dir():
        raise _usage(f"--source: there is no folder {source}")
    require([*_paths(paths), *([file] if file else [])])
    found = file or find(_paths(paths)[0], top=Path())
    if found is None:
        return Config(source=source, inputs=inputs)
    from sparekey.config_file import load  # noqa: PLC0415 - YAML and its schema, only where there is such a file

    root = scan_root([*_paths(paths), *([source] if source else [])])
    return replace(load(found, name=relative_name(found, root)), source=source, inputs=inputs)


def _inputs(var: list[str] | None, var_file: list[Path] | None, workspace: str, parameters: list[Path] | None) -> Inputs:
    from sparekey.value_options import inputs  # noqa: PLC0415

    line, environment = sys.argv[1:], os.environ
    return inputs(var or (), var_file or (), workspace, line=line, environment=environment, parameters=parameters or ())


def _day(text: str) -> str:
    if not text:
        return ""
    try:
        # Days are compared as text, and Python also takes 20261231 and 2026-W53-4.
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise _usage(f"--as-of: {text!r} is no date such as 2026-12-31") from None


def _report(name: str) -> Report:
    from sparekey.config_file import did_you_mean  # noqa: PLC0415
    from sparekey.registry import discover  # noqa: PLC0415

    reports = {report.name: report for report in cast("tuple[Report, ...]", discover("sparekey.reports", "REPORT"))}
    if name not in reports:
        raise _usage(f"--format: there is no format {name!r} (there is {', '.join(reports)}){did_you_mean(name, reports)}")
    return reports[name]
