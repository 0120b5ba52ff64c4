"""The process of the code: imports main.py and answers the tests."""

from __future__ import annotations

import importlib
import sys
import types
from typing import Any

from . import evaluation, library, streams
from .sides import connect
from .space import Space


def prepare(job: dict[str, Any]) -> None:
    """Before the fork: what crosses loops, where loops can be."""
    if "asyncio" in sys.modules:
        from . import loops, waiting  # noqa: F401  # a third of a start, for those who need it


def run(job: dict[str, Any], descriptors: list[int]) -> None:
    """Answer the tests until they hang up; see connect."""
    space, talk = connect(job, descriptors, lambda kind, why: None, trusting=True)
    sys.path.insert(0, job["folder"])
    sys.argv[:] = ["main.py"]
    streams.send_output(space)
    talk.services |= evaluation.SERVICES
    library.serve_tests(space)
    imported: set[str] = set()

    def import_module(space: Space, name: str, again: bool) -> tuple[Any, ...]:
        known = sys.modules.get(name)
        if again and isinstance(known, types.ModuleType):
            module = importlib.reload(known)
        else:
            if name in imported:
                sys.modules.pop(name, None)
            imported.add(name)
            module = importlib.import_module(name)
        file = getattr(module, "__file__", None)
        return (space.export(module), file, module.__doc__, hasattr(module, "__path__"))

    def of_loops(operation: str) -> Any:
        def perform(space: Space, *body: Any) -> Any:
            from . import loops

            return loops.SERVICES[operation](space, *body)

        return perform

    talk.services["import"] = import_module
    for operation in ("in task", "await", "cancel", "pump", "finished"):
        talk.services[operation] = of_loops(operation)
    space.received["task ended"] = lambda items: of_loops("task ended")(space, items)
    talk.serve(descriptors[0])
