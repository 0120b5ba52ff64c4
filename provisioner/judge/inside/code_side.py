"""The process of the code: imports main.py and answers the tests."""

from __future__ import annotations

import importlib
import sys
import types
from typing import Any

from .connection import streams
from .connection.space import Space
from .connection.talk import CONNECTION, connect, later
from .library import carried, evaluation
from .mirror.modules import Lent

#: What is done for the tests' loops, by operation.
_OF_LOOPS = {
    "in task": "perform_in",
    "await": "start",
    "cancel": "cancel",
    "delivered": "delivered",
    "pump": "step",
    "close": "close",
    "finished": "finish",
}


class Side:
    """What is the same for every suite: it is set up once, and a process forked for each.

    Args:
        job: see connect.
    """

    def __init__(self, job: dict[str, Any]) -> None:
        self._talk = talk = connect(job, lambda kind, why: None, trusting=True)
        streams.send_output(talk.space)
        carried.serve_tests(talk.space)
        self._imported: set[str] = set()
        talk.services |= {
            **evaluation.SERVICES,
            "import": self._import,
            "get": Lent(talk.space).get,
        }
        for operation, name in _OF_LOOPS.items():
            talk.services[operation] = later("loops", name)
        ended = later("loops", "end_tasks")
        talk.space.received["task ended"] = lambda items: ended(talk.space, items)

    def prepare(self, job: dict[str, Any]) -> None:
        """Before the fork: what crosses loops, where loops can be."""
        if "asyncio" in sys.modules:
            from .connection import loops, waiting  # noqa: F401  # a third of a start, for those who need it
        self._talk.space.extras.clear()  # what was imported may have warned

    def run(self, job: dict[str, Any]) -> None:
        """Answer the tests until they hang up."""
        sys.path.insert(0, job["folder"])
        sys.argv[:] = ["main.py"]
        self._talk.begin()
        self._talk.serve(CONNECTION)

    def _import(self, space: Space, name: str, again: bool) -> tuple[Any, ...]:
        known = sys.modules.get(name)
        if again and isinstance(known, types.ModuleType):
            module = importlib.reload(known)
        else:
            if name in self._imported:
                sys.modules.pop(name, None)
            self._imported.add(name)
            module = importlib.import_module(name)
        file = getattr(module, "__file__", None)
        return (space.export(module), file, module.__doc__, hasattr(module, "__path__"))
