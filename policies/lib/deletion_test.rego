package sparekey.lib.deletion_test

import data.sparekey.lib.deletion

_gone(action) := {"at": 1, "action": action}

test_each_action_is_itself if {
	deletion.deleted(_gone("delete")) == {"answer": "yes", "because": [1]}
	deletion.replaced(_gone("replace")) == {"answer": "yes", "because": [1]}
}

test_no_action_is_another if {
	every action in ["replace", "forget"] {
		deletion.deleted(_gone(action)) == {"answer": "no", "because": [1]}
	}
	every action in ["delete", "forget"] {
		deletion.replaced(_gone(action)) == {"answer": "no", "because": [1]}
	}
}
