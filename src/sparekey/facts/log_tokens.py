"""The words of a log query (KQL), and its parts between signs that stand in no parentheses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MAX_QUERY: Final = 32_768
"""Characters; a longer query is not read, so that hostile input costs little."""

MAX_DEPTH: Final = 40
"""Nested parentheses; deeper ones are not read."""

SIGN_INS: Final = "SigninLogs"
"""The table of interactive sign-ins in a workspace (Azure Monitor table reference)."""

OTHER_TABLES: Final = frozenset(
    {
        "AADB2CRequestLogs",
        "AADManagedIdentitySignInLogs",
        "AADNonInteractiveUserSignInLogs",
        "AADProvisioningLogs",
        "AADRiskyUsers",
        "AADServicePrincipalSignInLogs",
        "AADUserRiskEvents",
        "AuditLogs",
        "AzureActivity",
        "AzureDiagnostics",
        "AzureMetrics",
        "Event",
        "Heartbeat",
        "OfficeActivity",
        "Perf",
        "SecurityAlert",
        "SecurityEvent",
        "SecurityIncident",
        "Syslog",
        "exceptions",
        "requests",
        "traces",
    }
)
"""Tables that do not hold every interactive sign-in. A name that is not among them may be a stored function."""

_TOKEN = re.compile(
    r"""(?x)
    (?P<skip>\s+|//[^\n]*)
    | (?P<text>[hH]?@"(?:[^"]|"")*"|[hH]?@'(?:[^']|'')*'|[hH]?"(?:[^"\\\n]|\\.)*"|[hH]?'(?:[^'\\\n]|\\.)*')
    | (?P<span>\d+(?:\.\d+)?(?:d|h|m|s|ms)\b)
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<word>!?[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z]+)*~?)
    | (?P<sign>==|!=|=~|!~|<=|>=|[=<>|(),;\[\].:*+/{}-])
    """
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word, text, number, time span or sign of a query; a text without its quotes."""

    kind: str
    text: str


class UnreadableError(Exception):
    """A query, or a stage of one, that is not understood: it may bring rows back that another stage left out."""


def tokens(query: str) -> list[Token]:
    """The words of a query. Raises UnreadableError for what is too long or holds something that is none."""
    if len(query) > MAX_QUERY:
        raise UnreadableError
    found: list[Token] = []
    position = 0
    while position < len(query):
        match = _TOKEN.match(query, position)
        if match is None or match.lastgroup is None:
            raise UnreadableError
        if match.lastgroup == "text":
            found.append(Token("text", _unquoted(match.group())))
        elif match.lastgroup != "skip":
            found.append(Token(match.lastgroup, match.group()))
        position = match.end()
    return found


def _unquoted(text: str) -> str:
    text = text.lstrip("hH")
    if text.startswith("@"):
        return text[2:-1].replace(text[1] * 2, text[1])
    inner = text[1:-1]
    if re.search(r"\\[^\\\"'/]", inner):
        raise UnreadableError  # a tab, a code point: nothing that a user's name holds
    return re.sub(r"\\(.)", r"\1", inner)


def split(words: Sequence[Token], sign: str) -> list[list[Token]]:
    """The parts between signs that stand in no parentheses. Raises UnreadableError for parentheses that do not fit."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in words:
        if token.kind == "sign" and token.text in "([{":
            depth += 1
        elif token.kind == "sign" and token.text in ")]}":
            depth -= 1
        if depth < 0 or depth > MAX_DEPTH:
            raise UnreadableError
        if depth == 0 and token.kind == "sign" and token.text == sign:
            parts.append([])
        else:
            parts[-1].append(token)
    if depth:
        raise UnreadableError
    return parts
