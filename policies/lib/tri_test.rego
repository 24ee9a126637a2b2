package sparekey.lib.tri_test

import data.sparekey.lib.testing
import data.sparekey.lib.tri

_truths := [testing.truth(answer, [i]) | some i, answer in testing.answers]

# Kleene's strong logic as an order: no < maybe < yes; and is the least, or the greatest, not turns it round.
_rank := {"no": 0, "maybe": 1, "yes": 2}

test_and_is_the_least if {
	every a in _truths {
		every b in _truths {
			every c in _truths {
				_rank[tri.all([a, b, c]).answer] == min([_rank[a.answer], _rank[b.answer], _rank[c.answer]])
			}
		}
	}
}

test_or_is_the_greatest if {
	every a in _truths {
		every b in _truths {
			every c in _truths {
				_rank[tri.any([a, b, c]).answer] == max([_rank[a.answer], _rank[b.answer], _rank[c.answer]])
			}
		}
	}
}

test_not_turns_the_order_round if {
	every a in _truths {
		_rank[tri.no(a).answer] == 2 - _rank[a.answer]
		tri.no(tri.no(a)) == a
	}
}

test_de_morgan_with_causes if {
	every a in _truths {
		every b in _truths {
			tri.no(tri.all([a, b])) == tri.any([tri.no(a), tri.no(b)])
		}
	}
}

test_nothing_to_prove if {
	tri.all([]) == testing.truth("yes", [])
	tri.any([]) == testing.truth("no", [])
}

test_causes_are_those_that_decide if {
	tri.all([testing.truth("yes", [1]), testing.truth("yes", [2])]) == testing.truth("yes", [1, 2])
	tri.all([testing.truth("yes", [1]), testing.truth("maybe", [2]), testing.truth("maybe", [3])]) == testing.truth("maybe", [2, 3])
	tri.all([testing.truth("maybe", [1]), testing.truth("no", [2]), testing.truth("no", [3])]) == testing.truth("no", [2])
	tri.any([testing.truth("no", [1]), testing.truth("maybe", [2]), testing.truth("yes", [3])]) == testing.truth("yes", [3])
	tri.any([testing.truth("yes", [1]), testing.truth("yes", [2])]) == testing.truth("yes", [1])
	tri.any([testing.truth("no", [1]), testing.truth("no", [2])]) == testing.truth("no", [1, 2])
}

_closed := {"members": [], "open": false, "at": 10}

_open := {"members": [], "open": 9, "at": 10}

_pairs(certain, answer) := [{"member": {"certain": certain, "at": 5}, "truth": testing.truth(answer, [6])}]

test_for_all_is_not_some_not if {
	every set in [_closed, _open] {
		every certain in [true, false] {
			every answer in testing.answers {
				negated := tri.no(testing.truth(answer, [6])).answer
				tri.for_all(set, _pairs(certain, answer)).answer == tri.no(tri.for_some(set, _pairs(certain, negated))).answer
			}
		}
	}
}

test_an_open_set_proves_no_all if {
	tri.for_all(_open, _pairs(true, "yes")) == testing.truth("maybe", [9])
	tri.for_all(_closed, _pairs(true, "yes")) == testing.truth("yes", [6])
	tri.for_all(_open, _pairs(true, "no")) == testing.truth("no", [6])
}

test_an_open_set_disproves_no_some if {
	tri.for_some(_open, []) == testing.truth("maybe", [9])
	tri.for_some(_closed, []) == testing.truth("no", [10])
	tri.for_some(_open, _pairs(true, "yes")) == testing.truth("yes", [6])
}

test_a_possible_member_decides_nothing if {
	tri.for_some(_closed, _pairs(false, "yes")) == testing.truth("maybe", [5])
	tri.for_some(_closed, _pairs(false, "no")).answer == "no"
	tri.for_all(_closed, _pairs(false, "no")) == testing.truth("maybe", [5])
	tri.for_all(_closed, _pairs(false, "yes")).answer == "yes"
}

test_a_member_of_a_value_set_is_certain if {
	tri.for_some(_closed, [{"member": {"value": "a", "at": 5}, "truth": testing.truth("yes", [6])}]) == testing.truth("yes", [6])
}

test_every_member_counts if {
	mixed := array.concat(_pairs(true, "yes"), _pairs(true, "no"))
	tri.for_all(_closed, mixed).answer == "no"
	tri.for_some(_closed, mixed).answer == "yes"
	tri.for_all(_open, mixed).answer == "no"
}
