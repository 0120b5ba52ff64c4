"""A model that knows the answers of tests/cases/humaneval_oracle.jsonl, and when to be wrong."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.servers.speech import speak
from tests.servers.wire import Answer, Respond, Seen

_CASES = Path(__file__).resolve().parents[1] / "cases" / "humaneval_oracle.jsonl"


@dataclass(frozen=True)
class Task:
    """A task with its tests, a main.py that passes them and some that don't."""

    id: str
    requirements: str
    tests: str
    main: str
    broken: tuple[str, ...]


@cache
def tasks() -> dict[str, Task]:
    """All of them, by id, which is a feature's name."""
    with _CASES.open(encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    return {
        line["id"]: Task(
            line["id"],
            line["requirements"],
            line["test_py"],
            line["main_py"],
            tuple(line["broken"]),
        )
        for line in lines
    }


Codes = Callable[[Task], Sequence[str]]
"""The main.py to answer with, in turn; the last one stays."""


def right(task: Task) -> Sequence[str]:
    return [task.main]


def wrong_then_right(task: Task) -> Sequence[str]:
    return [task.broken[0], task.main]


def never_right(task: Task) -> Sequence[str]:
    return task.broken


_FIXED: dict[str, dict[str, Any]] = {
    "create_commit_message": {
        "type": "feat",
        "scope": "",
        "subject": "add what was asked for",
        "body": "As its tests say.",
        "breaking": False,
    },
    "review_code": {"issues": [], "summary": "nothing found"},
    "analyze_failure": {
        "summary": "The tests stay red.",
        "suggested_step": {"title": "Look.", "command": "", "action": None, "details": None},
    },
    "analyze_deployment_error": {
        "error_type": "unknown",
        "summary": "?",
        "root_cause": "?",
        "confidence": 0.1,
        "action": {"type": "FAIL", "target": None, "parameters": []},
        "reasoning": "?",
    },
    "determine_retry_strategy": {
        "retry": False,
        "delay_seconds": 0,
        "resume_at": None,
        "reasoning": "?",
    },
    "plan_deployment": {"steps": []},
}


class Oracle:
    """Answers every function of the contract by a tool call.

    Which task it is about it reads from the feature's name in a user message. main.py comes from
    `codes`, by how often it was asked for that feature.
    """

    def __init__(self, codes: Codes = right) -> None:
        self._codes = codes
        self._asked: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def __call__(self, seen: Seen) -> Answer:
        return speak(seen, {} if seen.format == "models" else self.arguments(seen))

    def arguments(self, seen: Seen) -> dict[str, Any]:
        """What the offered function is called with."""
        function = seen.function
        task = asked_about(seen)
        with self._lock:
            number = self._asked[task.id, function]
            self._asked[task.id, function] += 1
        if function == "generate_test_code":
            return {"code": task.tests, "reasoning": "as known"}
        if function == "generate_main_code":
            codes = self._codes(task)
            code = codes[min(number, len(codes) - 1)]
            return {"code": code, "dependencies": [], "reasoning": "as known"}
        return _FIXED[function]


def asked_about(seen: Seen) -> Task:
    """The task whose feature a user message names; its requirements have to be there verbatim."""
    said = seen.asked[0]
    task = tasks()[re.findall(r"\bhumaneval-\d+\b", said)[0]]
    assert task.requirements in said, f"{task.id}: the requirements are not verbatim"
    return task


def at(moment: Callable[[Seen, int], bool], then: Respond, otherwise: Respond) -> Respond:
    """Answer one request in another way; chosen by itself and by how many came before."""
    count = Counter[str]()
    lock = threading.Lock()

    def respond(seen: Seen) -> Answer:
        with lock:
            count[seen.function] += 1
            number = count[seen.function]
        return then(seen) if moment(seen, number) else otherwise(seen)

    return respond
