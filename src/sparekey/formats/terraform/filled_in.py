"""Attributes of resources that a provider fills in where nothing is written: source alone cannot tell what they will be.

Nobody has a provider's schema when only source is at hand. That an attribute which is not written is null is true of what is
merely optional; of what is computed, too, it is not: the plan of a new resource calls it unknown. So the computed attributes that
a mapping reads stand here by type, each by its path. What is computed but has a fixed default stands here not: the mapping knows
the default. Nor do nested blocks of which a new resource has none (`extension` of a scale set): a plan cannot tell an unwritten one
from a `dynamic` one, source can.

Where this is from: for azuread the schema of provider 3.9 and plans made with it, for azurerm and microsoft365 the schemas in
the Go source of the providers (azurerm major 5, microsoft365 as of August 2026), for msgraph plans of the right shape that are written by hand.
"""

from __future__ import annotations

from collections.abc import Mapping

ALWAYS = frozenset({"id", "object_id", "client_id", "application_id", "principal_id", "app_role_ids", "tenant_id"})
"""Attributes of these names are computed wherever they are not written."""

_EMPTY_IS_UNSET = ("azuread_", "azurerm_")
_BETA = "microsoft365_graph_beta"

BY_TYPE: Mapping[str, frozenset[str]] = {
    "aws_db_instance": frozenset({"address", "availability_zone", "multi_az"}),
    "aws_directory_service_directory": frozenset({"desired_number_of_domain_controllers", "edition"}),
    "aws_instance": frozenset({"availability_zone", "user_data", "user_data_base64"}),
    "azapi_resource": frozenset({"location"}),
    "azuread_application_certificate": frozenset({"end_date"}),
    "azuread_application_password": frozenset({"display_name", "end_date", "value"}),
    "azuread_conditional_access_policy": frozenset(
        {
            "conditions.insider_risk_levels",
            "session_controls.sign_in_frequency_authentication_type",
            "session_controls.sign_in_frequency_interval",
        }
    ),
    "azuread_directory_role": frozenset({"display_name", "template_id"}),
    "azuread_directory_role_assignment": frozenset({"app_scope_id", "directory_scope_id"}),
    "azuread_group": frozenset({"members", "onpremises_sync_enabled", "owners"}),
    "azuread_group_without_members": frozenset({"onpremises_sync_enabled", "owners"}),
    "azuread_privileged_access_group_assignment_schedule": frozenset({"permanent_assignment", "start_date"}),
    "azuread_service_principal": frozenset({"display_name"}),
    "azuread_service_principal_certificate": frozenset({"end_date"}),
    "azuread_service_principal_password": frozenset({"display_name", "end_date", "value"}),
    "azuread_service_principal_token_signing_certificate": frozenset({"display_name", "end_date", "value"}),
    "azuread_user": frozenset({"mail_nickname", "onpremises_immutable_id", "onpremises_sync_enabled", "password"}),
    "azurerm_active_directory_domain_service": frozenset({"resource_id"}),
    "azurerm_key_vault_certificate": frozenset({"certificate_policy"}),
    "azurerm_lb": frozenset({"frontend_ip_configuration.private_ip_address"}),
    "azurerm_linux_virtual_machine": frozenset({"computer_name"}),
    "azurerm_linux_virtual_machine_scale_set": frozenset({"computer_name_prefix"}),
    "azurerm_network_interface": frozenset({"ip_configuration.private_ip_address"}),
    "azurerm_orchestrated_virtual_machine_scale_set": frozenset(
        {"instances", "os_profile.windows_configuration.computer_name_prefix"}
    ),
    "azurerm_traffic_manager_external_endpoint": frozenset({"endpoint_location"}),
    "azurerm_traffic_manager_nested_endpoint": frozenset({"endpoint_location"}),
    "azurerm_traffic_manager_profile": frozenset({"profile_status"}),
    "azurerm_virtual_machine": frozenset({"availability_set_id", "storage_image_reference"}),
    "azurerm_virtual_machine_scale_set": frozenset({"storage_profile_image_reference"}),
    "azurerm_virtual_network": frozenset({"dns_servers"}),
    "azurerm_windows_virtual_machine": frozenset({"computer_name"}),
    "azurerm_windows_virtual_machine_scale_set": frozenset({"computer_name_prefix"}),
    "msgraph_resource": frozenset({"resource_url"}),
    f"{_BETA}_applications_on_premises_connector_group": frozenset({"region"}),
    f"{_BETA}_groups_group": frozenset({"group_types"}),
    f"{_BETA}_identity_and_access_conditional_access_policy": frozenset(
        {
            "conditions.client_applications.exclude_agent_id_service_principals",
            "conditions.client_applications.include_agent_id_service_principals",
            "conditions.users.exclude_guests_or_external_users",
            "conditions.users.include_guests_or_external_users",
            "session_controls.sign_in_frequency.authentication_type",
            "session_controls.sign_in_frequency.frequency_interval",
        }
    ),
    f"{_BETA}_identity_and_access_named_location": frozenset({"is_trusted"}),
    f"{_BETA}_users_user": frozenset({"on_premises_immutable_id", "on_premises_sync_enabled", "password_policies"}),
}


def is_filled_in(type_: str, path: str) -> bool:
    """Whether the provider gives the attribute at `path` of a resource of this type a value of its own where none is written."""
    return path in ALWAYS or path in BY_TYPE.get(type_, frozenset())


def as_if_unwritten(type_: str, content: object) -> bool:
    """Whether a provider takes what is written for such an attribute as nothing written: null, and for some what is empty, too.

    Plans made with azuread 3.9 call `members = []` and `mail_nickname = ""` unknown: in the kit that azuread and azurerm are written with
    (terraform-plugin-sdk 2), what is empty and what is not there are one. In that of newer providers they are two.
    """
    return content is None or (content in ("", (), {}) and type_.startswith(_EMPTY_IS_UNSET))


def filled_in_below(type_: str, path: str) -> tuple[str, ...]:
    """The names of the attributes directly in the block or object at `path` that the provider fills in."""
    above = f"{path}."
    return tuple(
        found.removeprefix(above)
        for found in sorted(BY_TYPE.get(type_, frozenset()))
        if found.startswith(above) and "." not in found.removeprefix(above)
    )
