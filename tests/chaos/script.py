"""What the models say: one small feature, whose first main.py is wrong and second right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

REQUIREMENTS = "add(a, b) gives the sum of two whole numbers. POST /add takes a and b."

TESTS = """\
import unittest

from main import add


class AddTest(unittest.TestCase):
    def test_adds(self):
        self.assertEqual(add(2, 3), 5)

    def test_adds_negative_numbers(self):
        self.assertEqual(add(-2, -3), -5)

    def test_zero_is_neutral(self):
        self.assertEqual(add(7, 0), 7)

    def test_adds_large_numbers(self):
        self.assertEqual(add(10**12, 1), 10**12 + 1)


if __name__ == "__main__":
    unittest.main()
"""
WRONG = '''\
def add(a: int, b: int) -> int:
    """The sum of two whole numbers."""
    return a - b
'''
RIGHT = WRONG.replace("a - b", "a + b")
SERVICE = """\
import os

from fastapi import FastAPI
from pydantic import BaseModel

from main import add

app = FastAPI()


class Pair(BaseModel):
    a: int
    b: int


@app.get("/health")
def health() -> dict[str, str]:
    return {
        "status": "ok",
        "feature": os.environ.get("FEATURE", ""),
        "revision": os.environ.get("REVISION", "unknown"),
    }


@app.post("/add")
def sums(pair: Pair) -> dict[str, int]:
    return {"result": add(pair.a, pair.b)}
"""
SERVICE_TESTS = """\
from service_test_base import ServiceTestCase, main


class AddTest(ServiceTestCase):
    def test_adds(self) -> None:
        response = self.service.post("/add", {"a": 2, "b": 3})
        self.assertEqual(response.status, 200)
        self.assertEqual(response.body, {"result": 5})


if __name__ == "__main__":
    main()
"""
_WHY = "as scripted"
_ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "generate_test_code": {"code": TESTS, "reasoning": _WHY},
    "generate_service_code": {"code": SERVICE, "dependencies": [], "reasoning": _WHY},
    "generate_service_test_code": {"code": SERVICE_TESTS, "reasoning": _WHY},
    "review_code": {"issues": [], "summary": "good"},
    "create_commit_message": {
        "type": "feat",
        "scope": "adder",
        "subject": "add two whole numbers",
        "body": "",
        "breaking": False,
    },
    "analyze_failure": {
        "summary": "It failed.",
        "suggested_step": {"title": "Look.", "command": "", "action": None, "details": None},
    },
    "analyze_deployment_error": {
        "error_type": "unknown",
        "summary": "Nobody knows.",
        "root_cause": "unknown",
        "confidence": 0.1,
        "action": {"type": "FAIL", "target": None, "parameters": []},
        "reasoning": _WHY,
    },
}


def answers(function: str, sent: str) -> Mapping[str, Any]:
    """The arguments of a call; main.py is right once its author has seen the wrong one."""
    if function == "generate_main_code":
        code = RIGHT if "a - b" in sent else WRONG
        return {"code": code, "dependencies": [], "reasoning": _WHY}
    return _ANSWERS[function]
