"""docs/offline-language.md is what the grammar says."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[4]


def test_the_page_is_current() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "write-language-page.py"))
    assert script["main"](["--check"]) == 0, "run: python scripts/write-language-page.py"
