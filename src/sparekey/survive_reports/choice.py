"""Which report of survivability there is, and what each needs to be told of."""

from __future__ import annotations

from dataclasses import replace

from sparekey.survive import Request, Survey

FORMATS = ("text", "json", "mermaid")

_LISTED = 100
_ALL = 10_000
"""Failure sets of one size and certainty that are listed for a path, without and with --all. Their number is always said."""

_FULL = 12
"""Paths of which the first screen of a text may show everything: more do not fit."""


def request_for(name: str, request: Request, *, everything: bool) -> Request:
    """The request with what the report needs: to programs, and where all is asked for, every path and point is told by itself."""
    programs = name == "json"
    return replace(
        request,
        apart=programs or everything,
        listed=_ALL if everything else _LISTED if programs else request.listed,
        full=None if programs or everything else _FULL,
        drawn=name == "mermaid",
    )


def render(name: str, survey: Survey, *, colour: bool, everything: bool) -> str:
    """The report of that name (one of FORMATS)."""
    if name == "json":
        from sparekey.survive_reports.json import json_text  # noqa: PLC0415 - each report alone

        return json_text(survey)
    if name == "mermaid":
        from sparekey.survive_reports.mermaid import mermaid  # noqa: PLC0415

        return mermaid(survey)
    from sparekey.survive_reports.text import text  # noqa: PLC0415

    return text(survey, colour=colour, everything=everything)
