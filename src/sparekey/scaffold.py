"""The folder of a new rule: a proposition to be written, and tests that fail until it is."""

from __future__ import annotations

import re
from pathlib import Path

from sparekey import __version__
from sparekey.config import usage_error
from sparekey.engine.bundle import load_rules

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
SHORTEST_SLUG, LONGEST_NAME = 5, 60
"""Characters of a slug, which is the first title of its rule (metadata.schema.json), and of a slug or category."""

_KEYWORDS = frozenset({"contains", "default", "every", "false", "import", "package"})
"""Words of Rego that no package can be named by."""

_RULE = """\
# METADATA
# title: {title}
# description: |
#   Say here why this matters: what stops working, for whom, and after which single failure or change.
# scope: package
# custom:
#   severity: medium
#   kinds: [access_policy]
#   remediation: say here in one sentence what to change
#   guidance: []
#   references:
#     - https://learn.microsoft.com/entra/architecture/resilience-overview
#   provenance: derived
#   since: {since}
package sparekey.rules.{package}

import data.sparekey.lib.result

# One proposition about every resource of the kind. Write the defect here: a maybe without a cause is an error, and never a pass.
results contains result.judge(policy, {{
	"defect": {{"answer": "maybe", "because": []}},
	"message": ["%s has the defect", [policy.name]],
}}) if {{
	some policy in input.resources.access_policy
}}
"""

_TEST = """\
package sparekey.rules.{package}_test

import data.sparekey.lib.testing
import data.sparekey.rules.{package} as rule

# Fields of a policy with the defect, of one without it, and of one of which nobody can tell: choose those that the proposition reads.
_defective := {{"state": testing.known("enabled", 30)}}

_sound := {{"state": testing.known("disabled", 30)}}

_undecided := {{"state": testing.unknown(30)}}

_judged(fields) := said if {{
	said := testing.only(rule.results) with input as testing.holding("access_policy", testing.access_policy(fields))
}}

test_the_defect_fails if _judged(_defective).verdict == "fail"

test_what_has_no_defect_passes if _judged(_sound).verdict == "pass"

test_an_unknown_value_is_unknown if _judged(_undecided).verdict == "unknown"

test_possibly_there_is_unknown if {{
	possibly := object.union(_defective, {{"presence": testing.truth("maybe", [8])}})
	_judged(possibly).verdict == "unknown"
}}
"""

_PAGE = """\
# {slug}

## What it checks

## Why it matters

## Fails

<!-- fixture: fail -->
<!-- /fixture -->

## Passes

<!-- fixture: pass -->
<!-- /fixture -->

## Unknown when

<!-- fixture: unknown -->
<!-- /fixture -->

## Fix

## Waive when

## References
"""


def new_rule(category: str, slug: str, folder: Path) -> tuple[Path, ...]:
    """Write the folder of a rule below `folder`, which is made where there is none; the files written.

    Raises `ConfigError`, and writes nothing, for a name that is not kebab case, a slug that a rule has or had, and a folder that exists.
    """
    for what, name in (("category", category), ("slug", slug)):
        if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
            raise usage_error(
                f"the {what} {name[:80]!r} is not kebab case, such as sole-connector, of at most {LONGEST_NAME} characters"
            )
    if category == "lib":
        raise usage_error("the category lib is the library's")
    if len(slug) < SHORTEST_SLUG or slug in _KEYWORDS or slug.endswith("-test"):
        raise usage_error(f"the slug {slug} names no defect: two or three words do, such as sole-connector")
    taken = {name for rule in load_rules() for name in (rule.slug, *rule.aliases)}
    if slug in taken or any(folder.glob(f"*/{slug}")):
        raise usage_error(f"there is a rule {slug} already")
    names = {"slug": slug, "package": slug.replace("-", "_"), "title": slug.replace("-", " ").capitalize(), "since": __version__}
    home = folder / category / slug
    try:
        home.mkdir(parents=True)
        written = []
        for name, text in (("rule.rego", _RULE), ("rule_test.rego", _TEST), ("README.md", _PAGE)):
            (home / name).write_text(text.format(**names), encoding="utf-8", newline="\n")
            written.append(home / name)
    except OSError as error:
        raise usage_error(f"{home} cannot be written: {error.strerror}") from error
    return tuple(written)
