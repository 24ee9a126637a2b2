"""Tests: laws first, properties next, examples last."""
