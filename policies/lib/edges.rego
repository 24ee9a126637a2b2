# METADATA
# title: Truths about relations
# description: |
#   Edges are {"members": [{"to": id, "key": external key or "", "certain": bool, "at": handle}], "open": false | handle,
#   "at": handle}. A symbol such as "All" is an external end whose key is the symbol.
package sparekey.lib.edges

import data.sparekey.lib.tri

# Whether an external end of this key (an id that nothing declares, or a symbol) is among the ends.
has(edges, key) := _held(edges, [member | some member in edges.members; member.key == key])

# Whether a relation leads to the resource with this id.
reaches(edges, id) := _held(edges, [member | some member in edges.members; member.to == id])

# Whether a relation has no ends at all.
empty(edges) := {"answer": "yes", "because": [edges.at]} if {
	edges.members == []
	edges.open == false
} else := {"answer": "no", "because": [certain[0]]} if {
	certain := [member.at | some member in edges.members; member.certain]
	certain != []
} else := {"answer": "maybe", "because": _undecided(edges, edges.members)}

# Whether a condition lets everything through: it holds nothing, or the symbol that stands for everything.
unlimited(edges, everything) := {"answer": "yes", "because": [edges.at]} if {
	edges.members == []
	edges.open == false
} else := tri.any([has(edges, everything), empty(edges)])

_held(edges, found) := {"answer": "yes", "because": [certain[0]]} if {
	certain := [member.at | some member in found; member.certain]
	certain != []
} else := {"answer": "maybe", "because": open} if {
	open := _undecided(edges, found)
	open != []
} else := {"answer": "no", "because": [edges.at]}

_undecided(edges, members) := array.concat([member.at | some member in members], [edges.open | edges.open != false])
