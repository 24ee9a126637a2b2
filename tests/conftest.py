"""Settings of every generated test: no example has a time limit, for a slow machine is no failure."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("untimed", parent=settings(), deadline=None)
settings.load_profile("untimed")
