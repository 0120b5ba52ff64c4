"""What the feature does, without HTTP: types, validation, rules and storage."""

from __future__ import annotations

from typing import NoReturn


def feature() -> NoReturn:
    """Stands here until the feature is written."""
    raise NotImplementedError("main.py is not written yet")
