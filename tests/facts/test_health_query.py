"""Queries about the health of sign-in: what is about everybody, what is about somebody, and what cannot be told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparekey.facts.health_query import looks_at_health

FAILURE_RATE = """
let today = SigninLogs
| where TimeGenerated > ago(1h) // the last hour
| project TimeGenerated, UserPrincipalName, AppDisplayName, status = case(Status.errorCode == "0", "success", "failure")
| summarize success = countif(status == "success"), failure = countif(status == "failure") by bin(TimeGenerated, 1h)
| project TimeGenerated, failureRate = (failure * 1.0) / ((failure + success) * 1.0)
| sort by TimeGenerated desc
| serialize rowNumber = row_number();
let yesterday = SigninLogs
| where TimeGenerated between((ago(1h) - totimespan(1d))..(now() - totimespan(1d)))
| project TimeGenerated, status = case(Status.errorCode == "0", "success", "failure")
| summarize success = countif(status == "success"), failure = countif(status == "failure") by bin(TimeGenerated, 1hr)
| project TimeGenerated, failureRateYesterday = (failure * 1.0) / ((failure + success) * 1.0)
| serialize rowNumber = row_number();
today
| join (yesterday) on rowNumber
| project TimeGenerated, failureRate, failureRateYesterday
| extend day = dayofweek(now())
| where day != time(6.00:00:00)
| where abs(failureRate - failureRateYesterday) > 0.5
"""


@pytest.mark.parametrize(
    "query,counts",
    [
        (FAILURE_RATE, True),
        ("SigninLogs | where TimeGenerated > ago(1h) | summarize dcount(UserPrincipalName) by bin(TimeGenerated, 1h)", True),
        ('SigninLogs | where AppDisplayName contains "Portal" | where ResultType != "0" | count', True),
        ("SigninLogs | where ResultType != 0", False),
        ("SigninLogs", False),
        (
            "SigninLogs | summarize failed = countif(ResultType != 0), all = count() | extend rate = failed * 1.0 / all | where rate > 0.2",
            True,
        ),
        ("SigninLogs | make-series n = count() on TimeGenerated from ago(2d) to now() step 1h", True),
    ],
)
def test_of_everybody(query: str, counts: bool) -> None:
    assert looks_at_health(query) == ("yes", counts)


@pytest.mark.parametrize(
    "query",
    [
        "AuditLogs | summarize count()",
        'SigninLogs | where UserPrincipalName == "breakglass1@harbourline.example"',
        'SigninLogs | where UserId in ("7f1b", "91ab") | summarize count() by bin(TimeGenerated, 1h)',
        'SigninLogs | where UserPrincipalName contains "breakglass" and ResultType == 0',
        'SigninLogs | where (UserPrincipalName == "one@x.example" or UserId == "7f1b")',
        'SigninLogs | where tolower(UserPrincipalName) in~ (dynamic(["one@x.example"]))',
    ],
)
def test_about_something_else(query: str) -> None:
    assert looks_at_health(query)[0] == "no"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "SignIns | summarize count()",
        "AuditLogs | join (SignIns) on CorrelationId",
        'SigninLogs | where RiskLevelDuringSignIn == "high" | summarize count()',
        'SigninLogs | extend r = RiskState | where r == "atRisk" | summarize count()',
        'SigninLogs | project r = RiskState | where r == "atRisk" | summarize count()',
        "SigninLogs | summarize count() by UserPrincipalName",
        "SigninLogs | summarize count() by IPAddress, bin(TimeGenerated, 1h)",
        'SigninLogs | where UserPrincipalName endswith "@harbourline.example" | summarize count()',
        'SigninLogs | where UserPrincipalName !contains "svc" | summarize count()',
        'SigninLogs | summarize u = take_any(UserPrincipalName) | where u == "one@x.example"',
        "SigninLogs | take 10 | count",
        "SigninLogs | join kind=inner (_GetWatchlist('vip')) on UserPrincipalName | summarize count()",
        "SigninLogs | where UserPrincipalName in (_GetWatchlist('vip'))",
        "let x = 1; SigninLogs | where UserId == 'abc'",
        "SigninLogs | where (",
        'SigninLogs | where "',
        "SigninLogs | mystery | count",
        "(" * 50_000 + "SigninLogs",
    ],
)
def test_what_cannot_be_told(query: str) -> None:
    assert looks_at_health(query)[0] == "maybe"


@given(st.text(alphabet="SigninLogs|where UserId=='a'()[],;.let summarize count\n\"", max_size=80))
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_it(query: str) -> None:
    assert looks_at_health(query)[0] in ("yes", "no", "maybe")


@given(st.sampled_from(["RiskState", "Location", "IPAddress", "UserType", "ClientAppUsed"]), st.sampled_from(["==", "!=", "has"]))
@settings(max_examples=30, deadline=None)
def test_one_more_condition_never_makes_it_about_everybody(column: str, operator: str) -> None:
    first, *rest = ("SigninLogs", "where ResultType != 0", "summarize count()")
    assert looks_at_health(" | ".join((first, f'where {column} {operator} "x"', *rest)))[0] == "maybe"
