"""Which rules run, checked against what the user wrote: a slug or parameter that does not exist is a mistake, not a wish."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sparekey.config import Config, ConfigError
from sparekey.config_file import did_you_mean
from sparekey.model.problem import Problem
from sparekey.model.rule import Rule
from sparekey.model.span import Place, Pointer

_COMMAND_LINE = Pointer(file="(command line)", pointer="")


def select_rules(rules: Sequence[Rule], config: Config) -> tuple[Rule, ...]:
    """The rules to evaluate: those asked for, else all; without those skipped or switched off.

    Raises ConfigError for slugs and parameters that no rule has, and for parameters of the wrong type.
    """
    known = {rule.slug: rule for rule in rules}
    problems = [
        *_unknown_slugs(known, ((slug, _COMMAND_LINE) for slug in (*config.only, *config.skip))),
        *_unknown_slugs(known, ((slug, setting.at or _COMMAND_LINE) for slug, setting in config.rules.items())),
        *_unknown_slugs(known, ((waiver.rule, waiver.at) for waiver in config.waivers)),
        *(problem for rule in rules for problem in _parameter_problems(rule, config)),
    ]
    if problems:
        raise ConfigError(*problems)
    skipped = {*config.skip, *(slug for slug, setting in config.rules.items() if setting.level == "off")}
    return tuple(rule for rule in rules if (not config.only or rule.slug in config.only) and rule.slug not in skipped)


def with_slugs(config: Config, rules: Sequence[Rule]) -> Config:
    """The configuration with the former slugs of renamed rules replaced by the present ones."""
    now = {alias: rule.slug for rule in rules for alias in rule.aliases}
    return replace(
        config,
        rules={now.get(slug, slug): setting for slug, setting in config.rules.items()},
        waivers=tuple(replace(waiver, rule=now.get(waiver.rule, waiver.rule)) for waiver in config.waivers),
        only=tuple(now.get(slug, slug) for slug in config.only),
        skip=tuple(now.get(slug, slug) for slug in config.skip),
    )


def _unknown_slugs(known: Iterable[str], asked: Iterable[tuple[str, Place]]) -> list[Problem]:
    slugs = sorted(known)
    return [
        Problem(kind="unknown-rule", blame="user", message=f"there is no rule {slug!r}{did_you_mean(slug, slugs)}", at=at)
        for slug, at in asked
        if slug not in slugs
    ]


def _parameter_problems(rule: Rule, config: Config) -> list[Problem]:
    setting = config.rules.get(rule.slug)
    problems: list[Problem] = []
    for name, value in (setting.parameters if setting else {}).items():
        at = (setting.at if setting else None) or _COMMAND_LINE
        if name not in rule.parameters:
            hint = did_you_mean(name, rule.parameters) or _listed(rule)
            message = f"rules.{rule.slug}.parameters.{name}: the rule has no such parameter{hint}"
            problems.append(Problem(kind="unknown-parameter", blame="user", message=message, at=at))
        elif type(value) is not type(rule.parameters[name]):
            wanted = {int: "a whole number", str: "text", bool: "true or false"}[type(rule.parameters[name])]
            problems.append(
                Problem(kind="bad-value", blame="user", message=f"rules.{rule.slug}.parameters.{name}: must be {wanted}", at=at)
            )
    return problems


def _listed(rule: Rule) -> str:
    return f"; it has {', '.join(sorted(rule.parameters))}" if rule.parameters else "; it has none"
