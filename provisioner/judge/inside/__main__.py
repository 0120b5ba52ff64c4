"""Entry: ``python -I -S inside/__main__.py SIDE``. Loads this folder with builtins of its own.

SIDE is tests_side or code_side. Tests may patch `builtins`; what is loaded here keeps looking at an
untouched copy.
"""

from __future__ import annotations

import builtins
import os
import sys
from importlib import import_module
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from types import ModuleType

INSIDE = os.path.dirname(os.path.realpath(__file__))
KERNEL = os.path.join(os.path.dirname(os.path.dirname(INSIDE)), "sandbox", "kernel.py")
PRISTINE = dict(vars(builtins))
NAME = "judge_inside"


class _Loader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        code = self.get_code(module.__name__)
        assert code is not None, "a source file has code"
        vars(module)["__builtins__"] = PRISTINE
        exec(code, vars(module))


class _Finder:
    """Finds the modules of this folder and nothing else."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name.partition(".")[0] != NAME:
            return None
        parts = name.split(".")[1:]
        file = KERNEL if parts == ["kernel"] else os.path.join(INSIDE, *parts) + ".py"
        folder = os.path.join(INSIDE, *parts)
        packages = [folder] if os.path.isdir(folder) else None
        if packages:
            file = os.path.join(folder, "__init__.py")
        return spec_from_file_location(
            name, file, loader=_Loader(name, file), submodule_search_locations=packages
        )


def _enter() -> None:
    sys.meta_path.append(_Finder)
    from judge_inside import server  # type: ignore[import-not-found]  # found by the line above

    server.enter(import_module(f"{NAME}.{sys.argv[1]}"))


if __name__ == "__main__":
    _enter()
