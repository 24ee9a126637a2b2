"""Mappings: declaration to resources. One module per provider, with a constant `MAPPING`; new ones are found by themselves."""
