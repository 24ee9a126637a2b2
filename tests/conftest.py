"""Settings of every generated test.

No example has a time limit, for a slow machine is no failure. The examples are the same in every run, so that a change is judged by what
it changes; `HYPOTHESIS_PROFILE=explore make test` looks for new ones.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("repeatable", parent=settings(), deadline=None, derandomize=True)
settings.register_profile("explore", parent=settings(), deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))
