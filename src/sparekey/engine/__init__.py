"""Engines: the only place that knows Rego."""
