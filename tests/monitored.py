"""Monitored estates in a few words, as plans: accounts, alerts on their sign-ins, action groups, log exports, vaults."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.plans import Hidden, Item, Ref, object_id

ALERT = "azurerm_monitor_scheduled_query_rules_alert_v2"
GROUP = "azurerm_monitor_action_group"
EXPORT = "azurerm_monitor_aad_diagnostic_setting"
VAULT = "azurerm_key_vault"


def upn(number: int) -> str:
    """The user principal name of an account."""
    return f"breakglass{number}@harbourline.onmicrosoft.com"


def account(number: int = 1) -> Item:
    """An emergency account, known as one by its name."""
    values = {"display_name": f"Break-glass {number}", "user_principal_name": upn(number), "mail_nickname": f"breakglass{number}"}
    return Item("azuread_user", f"bg{number}", {**values, "account_enabled": True, "onpremises_immutable_id": None})


def by_name(*numbers: int) -> str:
    """A query by user principal names, known before the apply."""
    listed = ", ".join(f'"{upn(number)}"' for number in numbers)
    return f"SigninLogs | where UserPrincipalName in~ ({listed})"


def by_id(number: int) -> Hidden:
    """A query by object id, known after the apply only."""
    return Hidden(f'SigninLogs | where UserId == "{object_id(account(number).address)}"')


def alert(query: object, name: str = "a", /, *, groups: object = (), threshold: object = 0, **values: object) -> Item:
    """A log alert every five minutes on more than no rows."""
    criteria = {
        "query": query,
        "operator": "GreaterThan",
        "threshold": threshold,
        "time_aggregation_method": "Count",
        "dimension": [],
        "failing_periods": [],
    }
    base: dict[str, object] = {
        "name": name,
        "enabled": True,
        "evaluation_frequency": "PT5M",
        "window_duration": "PT5M",
        "query_time_range_override": None,
        "criteria": [criteria],
        "action": [{"action_groups": list(groups) if isinstance(groups, tuple) else groups}],
    }
    return Item(ALERT, name, {**base, **values})


def group(name: str = "g", /, *, receivers: int = 1, enabled: object = True) -> Item:
    """An action group that mails."""
    mail = [{"name": f"r{n}", "email_address": "on-call@harbourline.example"} for n in range(receivers)]
    others: dict[str, object] = {f"{kind}_receiver": [] for kind in ("sms", "voice", "webhook")}
    return Item(GROUP, name, {"name": name, "enabled": enabled, "email_receiver": mail, **others})


def to(name: str = "g") -> Ref:
    """The id of an action group."""
    return Ref(f"{GROUP}.{name}", "id")


def export(*categories: object, name: str = "e", **values: object) -> Item:
    """A setting that sends these categories to a storage account."""
    base: dict[str, object] = {"name": name, "storage_account_id": "/storageAccounts/logs", "log_analytics_workspace_id": None}
    return Item(EXPORT, name, {**base, "enabled_log": [{"category": c} for c in categories], **values})


def vault(purge: object = None, name: str = "v") -> Item:
    """A key vault."""
    return Item(
        VAULT, name, {"name": name, "location": "westeurope", "purge_protection_enabled": purge, "soft_delete_retention_days": 90}
    )


@st.composite
def monitored(draw: st.DrawFn) -> list[Item]:
    """An estate with each of these things, whole and broken."""
    accounts = [account(n) for n in range(1, draw(st.integers(1, 2)) + 1)]
    on = st.sampled_from([True, True, True, False, Hidden(value=True)])
    groups = [group(f"g{n}", receivers=draw(st.integers(0, 2)), enabled=draw(on)) for n in range(draw(st.integers(0, 2)))]
    queries = st.sampled_from(
        [
            by_name(1, 2),
            by_name(1, 2),
            by_name(1),
            by_id(1),
            'SigninLogs | where UserPrincipalName contains "breakglass"',
            f'SigninLogs | where UserPrincipalName != "{upn(1)}"',
            'SigninLogs | where UserPrincipalName in (_GetWatchlist("emergency"))',
            "AuditLogs",
        ]
    )
    alerts = [
        alert(
            draw(queries),
            f"a{n}",
            groups=draw(st.lists(st.sampled_from([to(g.name) for g in groups]), max_size=2, unique=True)) if groups else [],
            threshold=draw(st.sampled_from([0, 0, 0, 5, Hidden(0)])),
            enabled=draw(on),
            window_duration=draw(st.sampled_from(["PT5M", "PT5M", "PT1H", "PT1M"])),
        )
        for n in range(draw(st.integers(0, 3)))
    ]
    logs = st.sampled_from(["SignInLogs", "AuditLogs", "SignInLogs", "AuditLogs", "RiskyUsers", Hidden("SignInLogs")])
    exports = [
        export(*draw(st.lists(logs, min_size=1, max_size=3, unique_by=str)), name=f"e{n}") for n in range(draw(st.integers(0, 2)))
    ]
    vaults = [
        vault(draw(st.sampled_from([True, False, None, Hidden(value=True)])), f"v{n}") for n in range(draw(st.integers(0, 2)))
    ]
    return [*accounts, *groups, *alerts, *exports, *vaults]
