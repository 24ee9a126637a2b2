"""The rules as a list, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby

from sparekey.model.rule import SEVERITIES, Rule


def rules_as_json(rules: Sequence[Rule]) -> str:
    """A JSON list of objects, by slug."""
    listed = [
        {
            "slug": rule.slug,
            "title": rule.title,
            "category": rule.category,
            "severity": rule.severity,
            "guidance": list(rule.guidance),
            "kinds": list(rule.kinds),
            "parameters": dict(rule.parameters),
        }
        for rule in sorted(rules, key=lambda rule: rule.slug)
    ]
    return json.dumps(listed, indent=2) + "\n"


def rules_as_text(rules: Sequence[Rule]) -> str:
    """A block per category, the gravest rule first."""
    wide = max((len(rule.slug) for rule in rules), default=0)
    blocks = []
    for category, members in groupby(sorted(rules, key=lambda rule: rule.category), key=lambda rule: rule.category):
        ordered = sorted(members, key=lambda rule: (SEVERITIES.index(rule.severity), rule.slug))
        lines = [f"  {rule.slug.ljust(wide)}  {rule.severity.ljust(8)}  {rule.title}" for rule in ordered]
        blocks.append("\n".join([category, *lines]))
    return "\n\n".join([*blocks, "sparekey explain SLUG shows a rule's page"]) + "\n"
