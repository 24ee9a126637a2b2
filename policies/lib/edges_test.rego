package sparekey.lib.edges_test

import data.sparekey.lib.edges
import data.sparekey.lib.testing

_possible := {"members": [object.union(testing.end("All", 21), {"certain": false})], "open": false, "at": 20}

_declared := {"members": [{"to": "plan.json#u", "key": "", "certain": true, "at": 21}], "open": false, "at": 20}

test_has if {
	edges.has(testing.ends(["x", "All"]), "All") == testing.truth("yes", [22])
	edges.has(testing.ends(["x"]), "All") == testing.truth("no", [20])
	edges.has(testing.ends([]), "All") == testing.truth("no", [20])
	edges.has(_possible, "All") == testing.truth("maybe", [21])
	edges.has(testing.reopened(testing.ends(["x"]), 9), "All") == testing.truth("maybe", [9])
	edges.has(testing.reopened(testing.ends(["All"]), 9), "All") == testing.truth("yes", [21])
}

test_reaches if {
	edges.reaches(_declared, "plan.json#u") == testing.truth("yes", [21])
	edges.reaches(_declared, "plan.json#v") == testing.truth("no", [20])
	edges.reaches(testing.reopened(_declared, 9), "plan.json#v") == testing.truth("maybe", [9])
}

test_empty if {
	edges.empty(testing.ends([])) == testing.truth("yes", [20])
	edges.empty(_declared) == testing.truth("no", [21])
	edges.empty(_possible) == testing.truth("maybe", [21])
	edges.empty(testing.reopened(testing.ends([]), 9)) == testing.truth("maybe", [9])
	edges.empty(testing.reopened(_declared, 9)) == testing.truth("no", [21])
}

test_unlimited if {
	edges.unlimited(testing.ends([]), "All").answer == "yes"
	edges.unlimited(testing.ends(["All"]), "All").answer == "yes"
	edges.unlimited(_declared, "All").answer == "no"
	edges.unlimited(_possible, "All").answer == "maybe"
	edges.unlimited(testing.reopened(_declared, 9), "All").answer == "maybe"
}
