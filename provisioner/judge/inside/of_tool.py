"""The tests' runner: it comes from the tool's own packages, whatever a feature's packages bring."""

from __future__ import annotations

import os
import sys
from importlib.machinery import ModuleSpec, PathFinder

from .connection.values import words

#: The modules that pytest, its plug-ins and hypothesis are made of.
RUNNER = words(
    "pytest _pytest py pluggy iniconfig packaging pygments pytest_asyncio pytest_mock hypothesis "
    "_hypothesis_globals _hypothesis_ftz_detector _hypothesis_pytestplugin sortedcontainers attr "
    "attrs coverage"
)


class OfTool:
    """Finds those modules in the tool's folders alone, before the order of `sys.path` counts."""

    def __init__(self, folders: list[str]) -> None:
        self._folders = folders

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name not in RUNNER:
            return None
        found = PathFinder.find_spec(name, self._folders)
        if found is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return found


def lead(folders: list[str]) -> None:
    """Have it asked first from now on, and no package be imported by its own word; once a process.

    An entry point would have hypothesis, or pydantic, import a package that no test names.
    """
    if folders and not any(isinstance(one, OfTool) for one in sys.meta_path):
        os.environ["HYPOTHESIS_NO_PLUGINS"] = "1"
        os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
        sys.meta_path.insert(0, OfTool(folders))
