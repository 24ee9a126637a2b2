# METADATA
# title: Propositions about conditional access policies
package sparekey.lib.access

import data.sparekey.lib.edges
import data.sparekey.lib.tri
import data.sparekey.lib.value

# The policy names all users.
everyone(policy) := edges.has(policy.included_users, "All")

# The policy applies to every app that is signed in to.
every_app(policy) := tri.all([
	value.has(policy.included_applications, "All"),
	value.empty(policy.user_actions),
	value.empty(policy.excluded_applications),
	value.absent(policy.application_filter),
])

# The policy applies to every sign-in of those whom it names: whatever the client, platform, place, device and risk. A risk level
# "none" stands for sign-ins without any risk.
every_sign_in(policy) := tri.all([
	_every_client(policy.client_app_types),
	value.unlimited(policy.included_platforms, "all"),
	value.empty(policy.excluded_platforms),
	edges.unlimited(policy.included_locations, "All"),
	edges.empty(policy.excluded_locations),
	value.unlimited(policy.sign_in_risk_levels, "none"),
	value.unlimited(policy.user_risk_levels, "none"),
	value.unlimited(policy.service_principal_risk_levels, "none"),
	value.unlimited(policy.insider_risk_levels, "none"),
	value.absent(policy.device_filter),
	value.empty(policy.authentication_flows),
	value.empty(policy.included_service_principals),
])

# Nobody whom the policy names is left out of it again.
excludes_nobody(policy) := tri.no(policy.facts.excludes_somebody)

# The policy turns the resilience defaults off.
strict(policy) := value.is(policy.resilience_defaults_disabled, true)

# The policy is off, or only reports what it would do.
not_enforced(policy) := tri.no(value.is(policy.state, "enabled"))

_every_client(types) := tri.any([
	value.unlimited(types, "all"),
	tri.all([value.has(types, "browser"), value.has(types, "mobileAppsAndDesktopClients")]),
])
