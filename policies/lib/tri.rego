# METADATA
# title: Three-valued truths
# description: |
#   A truth is {"answer": "yes" | "no" | "maybe", "because": [handle, ...]}: of a yes or a no the places that make it so,
#   of a maybe the unknowns that keep it undecided. Truths combine by Kleene's strong logic.
package sparekey.lib.tri

# Kleene's and: the first no decides, else any maybe leaves it open, else all together prove it.
all(truths) := noes[0] if {
	noes := [truth | some truth in truths; truth.answer == "no"]
	noes != []
} else := {"answer": "maybe", "because": [handle | some truth in maybes; some handle in truth.because]} if {
	maybes := [truth | some truth in truths; truth.answer == "maybe"]
	maybes != []
} else := {"answer": "yes", "because": [handle | some truth in truths; some handle in truth.because]}

# Kleene's or: the first yes decides, else any maybe leaves it open, else all together disprove it.
any(truths) := yeses[0] if {
	yeses := [truth | some truth in truths; truth.answer == "yes"]
	yeses != []
} else := {"answer": "maybe", "because": [handle | some truth in maybes; some handle in truth.because]} if {
	maybes := [truth | some truth in truths; truth.answer == "maybe"]
	maybes != []
} else := {"answer": "no", "because": [handle | some truth in truths; some handle in truth.because]}

# Kleene's not: yes and no change places, a maybe stays.
no(truth) := {"answer": _opposite[truth.answer], "because": truth.because}

_opposite := {"yes": "no", "no": "yes", "maybe": "maybe"}

# Whether every member of a set has a property. `pairs` is one comprehension over the set's members:
# [{"member": m, "truth": T} | some m in set.members]. An open set may hold a member that has it not.
for_all(set, pairs) := data.sparekey.lib.tri.all([_weighed(pair.member, pair.truth, "yes") | some pair in pairs]) if {
	set.open == false
} else := data.sparekey.lib.tri.all(array.concat(
	[_weighed(pair.member, pair.truth, "yes") | some pair in pairs],
	[{"answer": "maybe", "because": [set.open]}],
))

# Whether some member of a set has a property. An open set may hold a member that has it.
for_some(set, pairs) := data.sparekey.lib.tri.any(array.concat(
	[_weighed(pair.member, pair.truth, "no") | some pair in pairs],
	[_beyond(set)],
))

# A member that is only possibly there can spoil nothing and prove nothing.
_weighed(member, truth, harmless) := truth if {
	truth.answer == harmless
} else := {"answer": "maybe", "because": [member.at]} if {
	member.certain == false
} else := truth

# What lies beyond the members that are known: nothing (a no, proven by what closed the set), or perhaps something.
_beyond(set) := {"answer": "no", "because": [set.at]} if {
	set.open == false
} else := {"answer": "maybe", "because": [set.open]}
