"""Entry: ``python -I -S inside/__main__.py``. Loads this folder with builtins of its own.

Tests may patch `builtins`; what is loaded here keeps looking at an untouched copy.
"""

from __future__ import annotations

import builtins
import os
import sys
from importlib.machinery import ModuleSpec, SourceFileLoader
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
        file = os.path.join(INSIDE, *parts)
        if parts == ["kernel"]:
            file = KERNEL
        elif os.path.isdir(file):
            spec = ModuleSpec(
                name, _Loader(name, os.path.join(file, "__init__.py")), is_package=True
            )
            spec.submodule_search_locations = [file]
            return spec
        else:
            file += ".py"
        spec = ModuleSpec(name, _Loader(name, file), origin=file)
        spec.has_location = True
        return spec


def _enter() -> None:
    sys.meta_path.insert(0, _Finder)
    from judge_inside import (  # type: ignore[import-not-found]  # found by the line above
        code_side,
        server,
        tests_side,
    )

    sys.meta_path.remove(_Finder)
    server.SIDES = {"code_side": code_side, "tests_side": tests_side}
    server.enter()


if __name__ == "__main__":
    _enter()
