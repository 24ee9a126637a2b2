"""What to do about a value that is known only after the apply, in the words of plan and source alike."""

AFTER_APPLY = "known after apply: run the check again on the next plan"
