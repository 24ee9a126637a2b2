# METADATA
# title: Truths about counts
# description: |
#   A bound is {"least": n, "most": n | null, "because": [handle, ...], "missing": [handle, ...]}, both ends included.
package sparekey.lib.bound

# Whether a count is certainly, possibly or never below `limit`.
below(bound, limit) := {"answer": "yes", "because": bound.because} if {
	bound.most != null
	bound.most < limit
} else := {"answer": "no", "because": bound.because} if {
	bound.least >= limit
} else := {"answer": "maybe", "because": bound.missing}

# A count as an argument of a message, for %d.
shown(bound) := {"least": bound.least, "most": bound.most} if {
	bound.most != null
} else := {"least": bound.least}
