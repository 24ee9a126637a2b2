package sparekey.lib.value_test

import data.sparekey.lib.testing
import data.sparekey.lib.value

_bounded(limits) := object.union(testing.unknown(3), limits)

test_is if {
	value.is(testing.known("a", 3), "a") == testing.truth("yes", [3])
	value.is(testing.known("b", 3), "a") == testing.truth("no", [3])
	value.is(testing.known(null, 3), "a") == testing.truth("no", [3])
	value.is(testing.known(false, 3), false) == testing.truth("yes", [3])
	value.is(testing.known(false, 3), true) == testing.truth("no", [3])
	value.is(testing.unknown(3), "a") == testing.truth("maybe", [3])
}

test_is_uses_what_is_known_of_an_unknown if {
	value.is(_bounded({"one_of": ["b", "c"]}), "a").answer == "no"
	value.is(_bounded({"one_of": ["a", "c"]}), "a").answer == "maybe"
	value.is(_bounded({"prefix": "b"}), "a").answer == "no"
	value.is(_bounded({"prefix": "a"}), "abc").answer == "maybe"
}

test_one_of if {
	value.one_of(testing.known("b", 3), ["a", "b"]).answer == "yes"
	value.one_of(testing.known("c", 3), ["a", "b"]).answer == "no"
	value.one_of(testing.unknown(3), ["a", "b"]).answer == "maybe"
}

test_absent if {
	value.absent(testing.known(null, 3)).answer == "yes"
	value.absent(testing.known(false, 3)).answer == "no"
	value.absent(testing.known("", 3)).answer == "no"
	value.absent(testing.unknown(3)).answer == "maybe"
	value.absent(_bounded({"not_null": true})).answer == "no"
}

_with_unknown := {"members": [testing.known("a", 11), testing.unknown(12)], "open": false, "at": 10}

_unknown_only := {"members": [testing.unknown(12)], "open": false, "at": 10}

test_has if {
	value.has(testing.set(["a", "b"]), "b") == testing.truth("yes", [12])
	value.has(testing.set(["b", "b"]), "b") == testing.truth("yes", [11])
	value.has(testing.set(["a"]), "b") == testing.truth("no", [10])
	value.has(testing.set([]), "b") == testing.truth("no", [10])
}

test_what_is_known_proves_it_beside_unknowns if {
	value.has(_with_unknown, "a") == testing.truth("yes", [11])
	value.has(testing.reopened(_with_unknown, 9), "a") == testing.truth("yes", [11])
}

test_what_is_not_seen_may_be_there if {
	value.has(_with_unknown, "b") == testing.truth("maybe", [12])
	value.has(testing.reopened(testing.set(["a"]), 9), "b") == testing.truth("maybe", [9])
	value.has(testing.reopened(testing.set([]), 9), "b") == testing.truth("maybe", [9])
}

test_a_member_that_is_ruled_out_leaves_nothing_open if {
	set := {"members": [_bounded({"one_of": ["c"]})], "open": false, "at": 10}
	value.has(set, "b") == testing.truth("no", [10])
}

test_empty if {
	value.empty(testing.set([])) == testing.truth("yes", [10])
	value.empty(testing.set(["a"])) == testing.truth("no", [11])
	value.empty(testing.reopened(testing.set([]), 9)) == testing.truth("maybe", [9])
	value.empty(testing.reopened(testing.set(["a"]), 9)) == testing.truth("no", [11])
}

test_an_unknown_member_counts_only_when_it_cannot_be_null if {
	value.empty(_unknown_only) == testing.truth("maybe", [12])
	value.empty({"members": [_bounded({"not_null": true})], "open": false, "at": 10}) == testing.truth("no", [3])
}

test_unlimited if {
	value.unlimited(testing.set([]), "all") == testing.truth("yes", [10])
	value.unlimited(testing.set(["android", "all"]), "all") == testing.truth("yes", [12])
	value.unlimited(testing.set(["android"]), "all").answer == "no"
	value.unlimited(_unknown_only, "all").answer == "maybe"
	value.unlimited(testing.reopened(testing.set(["android"]), 9), "all").answer == "maybe"
	value.unlimited(testing.reopened(testing.set([]), 9), "all").answer == "maybe"
}
