# METADATA
# title: Truths about what a change removes
# description: |
#   A deletion is a resource as it is now, with "action": "delete", "replace" (a new object with a new id takes its place) or
#   "forget" (the object stays, and is no longer managed).
package sparekey.lib.deletion

# The object is deleted, and nothing takes its place.
deleted(gone) := _is(gone, "delete")

# The object is deleted, and a new one with a new id takes its place.
replaced(gone) := _is(gone, "replace")

_is(gone, action) := {"answer": "yes", "because": [gone.at]} if {
	gone.action == action
} else := {"answer": "no", "because": [gone.at]}
