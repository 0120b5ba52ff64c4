"""What judged code finds when it comes in: its own files, the packages, and nothing of ours."""

from __future__ import annotations

import importlib.machinery
import sys
from collections.abc import Collection, Sequence
from types import ModuleType

#: Modules that tests are run with; a file of the feature by such a name has no say.
TOOLS = frozenset(("pytest", "_pytest", "pluggy", "iniconfig", "hypothesis", "mock", "site"))


def lay(folder: str, paths: Sequence[str], files: Collection[str]) -> None:
    """Have `files` of a feature's folder imported from there, packages from `paths`."""
    sys.argv = ["test.py"]
    sys.dont_write_bytecode = True
    sys.modules["__main__"] = ModuleType("__main__")
    sys.path[:] = [*sys.path, *paths, folder]
    names = {name.partition("/")[0].removesuffix(".py") for name in files}
    own = names - set(sys.stdlib_module_names) - TOOLS
    sys.meta_path.insert(0, _Files(folder, own))


class _Files:
    """Finds the feature's own modules, before installed packages and after the library's."""

    def __init__(self, folder: str, names: set[str]) -> None:
        self._folder, self._names = folder, names

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name in self._names:
            return importlib.machinery.PathFinder.find_spec(name, [self._folder])
        return None
