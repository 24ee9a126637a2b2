"""Whole templates: what one deploys, with everything in it evaluated."""
