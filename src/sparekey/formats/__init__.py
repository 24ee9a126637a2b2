"""Formats: file to `Document`. One module (or package) each, with a constant `FORMAT`; new ones are found by themselves."""
