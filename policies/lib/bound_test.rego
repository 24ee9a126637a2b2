package sparekey.lib.bound_test

import data.sparekey.lib.bound
import data.sparekey.lib.testing

# A count that is certainly, possibly or never below a limit is so exactly when all, some or none of the counts it may be are.
test_below_weighs_every_possible_count if {
	every least in numbers.range(0, 4) {
		every most in numbers.range(least, 4) {
			every limit in numbers.range(0, 5) {
				below := [n | some n in numbers.range(least, most); n < limit]
				bound.below(testing.bound(least, most), limit).answer == _answer(count(below), (most - least) + 1)
			}
		}
	}
}

_answer(some_, all_) := "yes" if some_ == all_

_answer(some_, all_) := "no" if {
	some_ == 0
	all_ > 0
}

_answer(some_, all_) := "maybe" if {
	some_ > 0
	some_ < all_
}

test_no_upper_bound if {
	bound.below(testing.bound(0, null), 2) == testing.truth("maybe", [71])
	bound.below(testing.bound(2, null), 2) == testing.truth("no", [70])
}

test_shown if {
	bound.shown(testing.bound(1, 2)) == {"least": 1, "most": 2}
	bound.shown(testing.bound(1, null)) == {"least": 1}
}
