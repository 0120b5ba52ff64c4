"""How flags and keys combine on what becomes of a file that exists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graph.plan import GENERATED
from graph.run.preflight import regenerate_setting
from tests.unit.graph.samples import request

NOBODY = dict.fromkeys(GENERATED)
KEPT = dict.fromkeys(GENERATED, False)
ANEW = dict.fromkeys(GENERATED, True)
TESTS_KEY = {"deployment.regenerate_test": True}


@pytest.mark.parametrize(
    ("given", "settings"),
    [
        ({}, NOBODY),
        ({"keep_files": True}, KEPT),
        ({"keep_files": True, "flags": TESTS_KEY}, KEPT),
        ({"flags": {"deployment.ai_generate_code": False, **TESTS_KEY}}, KEPT),
        ({"regenerate": ("tests", "main", "service")}, ANEW),
        ({"regenerate": ("main",)}, {**KEPT, "main.py": True}),
        ({"regenerate": ("tests",)}, {**KEPT, "test.py": True, "service-test.py": True}),
        ({"regenerate": ("service",)}, {**KEPT, "service.py": True}),
        ({"regenerate": ("main",), "flags": TESTS_KEY}, {**ANEW, "service.py": False}),
        ({"flags": TESTS_KEY}, {**NOBODY, "test.py": True, "service-test.py": True}),
        (
            {"regenerate": ("main",), "flags": {"deployment.regenerate_main": False}},
            {**KEPT, "main.py": True},
        ),
    ],
)
def test_the_first_that_says_something_decides(
    tmp_path: Path, given: dict[str, Any], settings: dict[str, bool | None]
) -> None:
    made = request(tmp_path, **given)
    assert {name: regenerate_setting(made, name) for name in GENERATED} == settings
