"""What Terraform and ARM write of one thing gives one resource, but for its places and its ids."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.arm_estates import deployed, planned, said
from tests.azure_estates import Hidden

GROUP = "/subscriptions/s/resourceGroups/r/providers/Microsoft.Insights/actionGroups/g"
QUERY = "SigninLogs | where UserId == 'x'"
CRITERION = {
    "query": QUERY,
    "operator": "GreaterThan",
    "threshold": 0,
    "timeAggregation": "Count",
    "dimensions": [
        {"name": "UserId", "operator": "Include", "values": ["a"]},
        {"name": "AppId", "operator": "Include", "values": ["*"]},
    ],
    "failingPeriods": {"numberOfEvaluationPeriods": 4, "minFailingPeriodsToAlert": 2},
}
DIMENSIONS = CRITERION["dimensions"]

PAIRS: list[tuple[str, dict[str, object], dict[str, object]]] = [
    (
        "azurerm_monitor_scheduled_query_rules_alert_v2",
        {
            "name": "n",
            "enabled": False,
            "evaluation_frequency": "PT1H",
            "window_duration": "P1DT2H",
            "criteria": [
                {
                    "query": QUERY,
                    "operator": "GreaterThan",
                    "threshold": 0,
                    "time_aggregation_method": "Count",
                    "dimension": DIMENSIONS,
                    "failing_periods": [{"number_of_evaluation_periods": 4, "minimum_failing_periods_to_trigger_alert": 2}],
                }
            ],
            "action": [{"action_groups": [GROUP]}],
        },
        {
            "type": "Microsoft.Insights/scheduledQueryRules",
            "name": "n",
            "properties": {
                "enabled": False,
                "evaluationFrequency": "PT1H",
                "windowSize": "P1DT2H",
                "criteria": {"allOf": [CRITERION]},
                "actions": {"actionGroups": [GROUP]},
            },
        },
    ),
    (
        "azurerm_monitor_scheduled_query_rules_alert",
        {
            "name": "n",
            "enabled": True,
            "query": QUERY,
            "frequency": 5,
            "time_window": 30,
            "trigger": [{"operator": "GreaterThan", "threshold": 3}],
            "action": [{"action_group": [GROUP]}],
        },
        {
            "type": "microsoft.insights/scheduledqueryrules",
            "name": "n",
            "properties": {
                "enabled": "true",
                "source": {"query": QUERY, "dataSourceId": "w", "queryType": "ResultCount"},
                "schedule": {"frequencyInMinutes": 5, "timeWindowInMinutes": 30},
                "action": {
                    "odata.type": "Microsoft.WindowsAzure.Management.Monitoring.Alerts.Models.AlertingAction",
                    "aznsAction": {"actionGroup": [GROUP]},
                    "trigger": {"thresholdOperator": "GreaterThan", "threshold": 3},
                },
            },
        },
    ),
    (
        "azurerm_monitor_activity_log_alert",
        {"name": "n", "enabled": True, "criteria": [{"category": "ServiceHealth"}], "action": [{"action_group_id": GROUP}]},
        {
            "type": "Microsoft.Insights/activityLogAlerts",
            "name": "n",
            "properties": {
                "enabled": True,
                "condition": {"allOf": [{"field": "Category", "equals": "ServiceHealth"}, {"anyOf": [{"field": "x"}]}]},
                "actions": {"actionGroups": [{"actionGroupId": GROUP}]},
            },
        },
    ),
    (
        "azurerm_monitor_action_group",
        {
            "name": "n",
            "enabled": True,
            "email_receiver": [{"name": "a"}, {"name": "b"}],
            "sms_receiver": [{"name": "c"}],
            "webhook_receiver": [{"name": "d"}],
        },
        {
            "type": "Microsoft.Insights/actionGroups",
            "name": "n",
            "properties": {
                "enabled": True,
                "smsReceivers": [{"name": "c"}],
                "emailReceivers": [{"name": "a"}, {"name": "b"}],
                "webhookReceivers": [{"name": "d"}],
            },
        },
    ),
    (
        "azurerm_monitor_alert_processing_rule_suppression",
        {"name": "n", "enabled": False},
        {
            "type": "Microsoft.AlertsManagement/actionRules",
            "name": "n",
            "properties": {"enabled": False, "actions": [{"actionType": "RemoveAllActionGroups"}]},
        },
    ),
    (
        "azurerm_monitor_alert_processing_rule_action_group",
        {"name": "n"},
        {
            "type": "Microsoft.AlertsManagement/actionRules",
            "name": "n",
            "properties": {"actions": [{"actionType": "AddActionGroups", "actionGroupIds": [GROUP]}]},
        },
    ),
    (
        "azurerm_log_analytics_workspace",
        {"name": "n", "location": "West Europe"},
        {"type": "Microsoft.OperationalInsights/workspaces", "name": "n", "location": "westeurope"},
    ),
    (
        "azurerm_monitor_aad_diagnostic_setting",
        {
            "name": "n",
            "enabled_log": [{"category": "SignInLogs"}],
            "log_analytics_workspace_id": "/w",
            "storage_account_id": "/s",
            "eventhub_authorization_rule_id": "/e",
        },
        {
            "type": "Microsoft.AADIAM/diagnosticSettings",
            "name": "n",
            "properties": {
                "workspaceId": "/w",
                "storageAccountId": "/s",
                "eventHubAuthorizationRuleId": "/e",
                "logs": [{"category": "SignInLogs", "enabled": True}, {"category": "AuditLogs", "enabled": False}],
            },
        },
    ),
    (
        "azurerm_key_vault",
        {"name": "n", "location": "West Europe", "purge_protection_enabled": True},
        {
            "type": "Microsoft.KeyVault/vaults",
            "name": "n",
            "location": "westeurope",
            "properties": {"enablePurgeProtection": True},
        },
    ),
    (
        "azurerm_key_vault_secret",
        {"name": "s", "value": "v", "expiration_date": "2027-01-01T00:00:00Z", "key_vault_id": Hidden()},
        {
            "type": "Microsoft.KeyVault/vaults/secrets",
            "name": "n/s",
            "properties": {"value": "v", "attributes": {"exp": 1798761600}},
        },
    ),
    (
        "azurerm_key_vault_key",
        {"name": "k", "key_vault_id": Hidden()},
        {"type": "Microsoft.KeyVault/vaults/keys", "name": "n/k", "properties": {"kty": "RSA"}},
    ),
    (
        "azurerm_api_management",
        {
            "name": "n",
            "location": "West Europe",
            "sku_name": "Premium_2",
            "zones": ["1", "2"],
            "gateway_disabled": True,
            "additional_location": [{"location": "North Europe", "capacity": 1, "zones": ["1"], "gateway_disabled": True}],
        },
        {
            "type": "Microsoft.ApiManagement/service",
            "name": "n",
            "location": "westeurope",
            "sku": {"name": "Premium", "capacity": 2},
            "zones": ["1", "2"],
            "properties": {
                "disableGateway": True,
                "additionalLocations": [
                    {"location": "northeurope", "sku": {"name": "Premium", "capacity": 1}, "zones": ["1"], "disableGateway": True}
                ],
            },
        },
    ),
    (
        "azurerm_user_assigned_identity",
        {"name": "n", "location": "West Europe"},
        {"type": "Microsoft.ManagedIdentity/userAssignedIdentities", "name": "n", "location": "westeurope"},
    ),
    (
        "azurerm_federated_identity_credential",
        {"name": "f", "user_assigned_identity_id": Hidden(), "issuer": "https://i.example", "subject": "s"},
        {
            "type": "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
            "name": "n/f",
            "properties": {"issuer": "https://i.example", "subject": "s", "audiences": ["a"]},
        },
    ),
    (
        "azurerm_role_assignment",
        {
            "scope": "/subscriptions/s",
            "role_definition_id": "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/8E3AF657-a8ff-443c-a75c-2fe8c4bcb635",
            "principal_id": "00000000-0000-0000-0000-000000000001",
        },
        {
            "type": "Microsoft.Authorization/roleAssignments",
            "name": "00000000-0000-0000-0000-000000000009",
            "scope": "/subscriptions/s",
            "properties": {
                "roleDefinitionId": "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '8e3af657-a8ff-443c-a75c-2fe8c4bcb635')]",
                "principalId": "00000000-0000-0000-0000-000000000001",
            },
        },
    ),
    (
        "azurerm_aadb2c_directory",
        {"display_name": "d", "domain_name": "c.onmicrosoft.com", "data_residency_location": "Europe"},
        {
            "type": "Microsoft.AzureActiveDirectory/b2cDirectories",
            "name": "c.onmicrosoft.com",
            "location": "Europe",
            "properties": {"createTenantProperties": {"displayName": "d", "countryCode": "DE"}},
        },
    ),
]


@pytest.mark.parametrize("type_, values, template", PAIRS, ids=[pair[0] for pair in PAIRS])
def test_both_say_the_same(tmp_path: Path, type_: str, values: dict[str, object], template: dict[str, object]) -> None:
    one, other = planned(type_, **values), deployed(tmp_path, template)
    assert [resource.kind for resource in one] == [resource.kind for resource in other]
    assert [said(resource) for resource in one] == [said(resource) for resource in other]
