# METADATA
# title: Bootstrap deadlock
# description: |
#   Components that wait for one another run as long as they run. After everything went down none of them can start: a directory server
#   that needs the DNS which it hosts itself, a secret that only a sign-in through the system which needs it can read.
# scope: package
# custom:
#   severity: high
#   kinds: [sign_in_path]
#   remediation: give one component of the circle a way to start without the others, such as a DNS server or a secret outside of it
#   guidance: [X-11]
#   references:
#     - https://docs.aws.amazon.com/wellarchitected/latest/framework/sec_permissions_emergency_process.html
#   provenance: derived
#   since: 0.1.0
package sparekey.rules.bootstrap_deadlock

import data.sparekey.lib.result

results contains result.judge(path, {
	"scope": path.facts.may_wait,
	"defect": path.facts.bootstrap_deadlock,
	"message": ["%s works but could not be started again: what it needs waits for itself", [path.name]],
}) if {
	some path in input.resources.sign_in_path
}
