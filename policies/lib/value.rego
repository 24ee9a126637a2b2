# METADATA
# title: Truths about values and sets of values
# description: |
#   A value is {"value": v, "at": handle} or {"unknown": reason, "at": handle} with what is known all the same (not_null,
#   least, most, prefix, one_of). A set is {"members": [value, ...], "open": false | handle, "at": handle}.
package sparekey.lib.value

import data.sparekey.lib.tri

# Whether a value is exactly `wanted` (a string).
is(value, wanted) := {"answer": "yes", "because": [value.at]} if {
	value.value == wanted
} else := {"answer": "maybe", "because": [value.at]} if {
	value.unknown
	not _ruled_out(value, wanted)
} else := {"answer": "no", "because": [value.at]}

# Whether a value is one of several.
one_of(value, wanted) := tri.any([is(value, one) | some one in wanted])

# Whether nothing is written (null).
absent(value) := {"answer": "yes", "because": [value.at]} if {
	value.value == null
} else := {"answer": "no", "because": [value.at]} if {
	_not_null(value)
} else := {"answer": "maybe", "because": [value.at]}

# Whether a set holds `wanted`. A member that is known proves it whatever else is unknown.
has(set, wanted) := {"answer": "no", "because": [set.at]} if {
	set.members == []
	set.open == false
} else := {"answer": "yes", "because": [found[0]]} if {
	found := [member.at | some member in set.members; member.value == wanted]
	found != []
} else := {"answer": "maybe", "because": open} if {
	open := array.concat(
		[member.at | some member in set.members; member.unknown; not _ruled_out(member, wanted)],
		[set.open | set.open != false],
	)
	open != []
} else := {"answer": "no", "because": [set.at]}

# Whether a set holds nothing at all. A member that is unknown and may turn out to be null may not be there.
empty(set) := {"answer": "yes", "because": [set.at]} if {
	set.members == []
	set.open == false
} else := {"answer": "no", "because": [found[0]]} if {
	found := [member.at | some member in set.members; _not_null(member)]
	found != []
} else := {"answer": "maybe", "because": array.concat(
	[member.at | some member in set.members],
	[set.open | set.open != false],
)}

# Whether a condition lets everything through: it holds nothing, or the word that stands for everything.
unlimited(set, everything) := {"answer": "yes", "because": [set.at]} if {
	set.members == []
	set.open == false
} else := tri.any([has(set, everything), empty(set)])

# What is known of an unknown value shows that it is not `wanted`.
_ruled_out(value, wanted) if {
	value.one_of
	not wanted in value.one_of
}

_ruled_out(value, wanted) if {
	value.prefix
	not startswith(wanted, value.prefix)
}

_not_null(value) if value.value != null

_not_null(value) if value.not_null
