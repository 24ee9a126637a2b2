# METADATA
# title: Inputs for tests
# description: |
#   Builds values, sets, relations, truths, bounds and resources as the host encodes them. Never shipped.
package sparekey.lib.testing

answers := ["yes", "no", "maybe"]

known(value, at) := {"value": value, "at": at}

unknown(at) := {"unknown": "what is it?", "at": at}

truth(answer, handles) := {"answer": answer, "because": handles}

bound(least, most) := {"least": least, "most": most, "because": [70], "missing": [71]}

# A closed set of known values; the set stands at 10, its members at 11, 12, ...
set(values) := {"members": [known(value, i + 11) | some i, value in values], "open": false, "at": 10}

# A relation to what is named by these keys; it stands at 20, its ends at 21, 22, ...
ends(keys) := {"members": [end(key, i + 21) | some i, key in keys], "open": false, "at": 20}

end(key, at) := {"to": concat(":", ["external:object_id", key]), "key": key, "certain": true, "at": at}

reopened(set, at) := object.union(set, {"open": at})

resource(fields) := object.union(
	{
		"id": "plan.json#it",
		"name": "It",
		"at": 1,
		"presence": truth("yes", []),
		"count": {"least": 1, "most": 1, "because": [], "missing": []},
		"facts": {},
	},
	fields,
)

# A policy that blocks all users from all apps and excludes nobody, with some fields replaced.
access_policy(fields) := object.union(object.remove(_lockout, object.keys(fields)), fields)

_lockout := resource({
	"state": known("enabled", 30),
	"included_users": ends(["All"]),
	"excluded_users": ends([]),
	"included_groups": ends([]),
	"excluded_groups": ends([]),
	"included_roles": ends([]),
	"excluded_roles": ends([]),
	"included_guests": set([]),
	"excluded_guests": set([]),
	"included_service_principals": set([]),
	"included_applications": set(["All"]),
	"excluded_applications": set([]),
	"user_actions": set([]),
	"authentication_contexts": set([]),
	"application_filter": known(null, 31),
	"client_app_types": set(["all"]),
	"included_platforms": set([]),
	"excluded_platforms": set([]),
	"included_locations": ends([]),
	"excluded_locations": ends([]),
	"sign_in_risk_levels": set([]),
	"user_risk_levels": set([]),
	"service_principal_risk_levels": set([]),
	"insider_risk_levels": set([]),
	"device_filter": known(null, 32),
	"authentication_flows": set([]),
	"operator": known("OR", 33),
	"controls": set(["block"]),
	"custom_controls": set([]),
	"terms_of_use": set([]),
	"authentication_strength": known(null, 34),
	"resilience_defaults_disabled": known(null, 35),
	"sign_in_frequency": known(null, 36),
	"sign_in_frequency_interval": known(null, 37),
	"facts": {
		"excludes_somebody": truth("no", [40]),
		"stops_sign_in": truth("yes", [41]),
		"emergency_exposed": truth("yes", [42]),
	},
})

# An input that holds one resource of a kind, with the parameters that the rules default to.
holding(kind, resource) := {
	"resources": {kind: [resource]},
	"deletions": {},
	"parameters": {
		"too-few-emergency-accounts": {"minimum": 2},
		"too-many-privileged-assignments": {"limit": 10},
		"sole-connector": {"minimum": 2, "preferred": 3},
		"managed-domain-single-region": {"minimum": 2},
		"identity-provider-single-replica": {"minimum": 2, "keycloak": 3},
		"second-factors-share-dependency": {"minimum": 2},
		"wrong-number-of-global-administrators": {"minimum": 2, "limit": 5},
	},
}

# The single result of a set of results; undefined where there are none or several.
only(results) := [result | some result in results][0] if count(results) == 1
