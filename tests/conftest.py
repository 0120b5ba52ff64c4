"""Settings for all tests."""

from __future__ import annotations

from hypothesis import settings

# A loaded machine makes every example slow, and the same examples fail everywhere.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
