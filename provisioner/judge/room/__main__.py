"""Entry: ``python -I -S room/__main__.py``. Loads the room with builtins of its own.

With an argument it is the process of the code under test alone, see apart.py.

Judged code may patch `builtins`; what is loaded here keeps looking at an untouched copy.
"""

from __future__ import annotations

import builtins
import json
import sys
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType

ROOM = Path(__file__).resolve().parent
KERNEL = str(ROOM.parents[1] / "sandbox" / "kernel.py")
PRISTINE = dict(vars(builtins))


class _Loader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        code = self.get_code(module.__name__)
        assert code is not None, "a source file has code"
        vars(module)["__builtins__"] = PRISTINE
        exec(code, vars(module))


class _Finder:
    """Finds the modules of the room and nothing else."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        parent, _, leaf = name.rpartition(".")
        if name == "room":
            spec = ModuleSpec(name, _Loader(name, str(ROOM / "__init__.py")), is_package=True)
            spec.submodule_search_locations = [str(ROOM)]
            return spec
        if name in ("provisioner", "provisioner.sandbox"):
            spec = ModuleSpec(name, None, is_package=True)
            spec.submodule_search_locations = []
            return spec
        if name == "provisioner.sandbox.kernel":
            return ModuleSpec(name, _Loader(name, KERNEL), origin=KERNEL)
        if parent == "room":
            file = str(ROOM / f"{leaf}.py")
            spec = ModuleSpec(name, _Loader(name, file), origin=file)
            spec.has_location = True
            return spec
        return None


def _enter() -> None:
    sys.meta_path.insert(0, _Finder)
    from room import apart, proctor  # type: ignore[import-not-found]  # found by the line above

    sys.meta_path.remove(_Finder)
    for name in [name for name in sys.modules if name.partition(".")[0] in ("room", "provisioner")]:
        del sys.modules[name]
    if len(sys.argv) > 1:
        apart.serve(json.loads(sys.argv[1]))
    else:
        proctor.serve(PRISTINE)


if __name__ == "__main__":
    _enter()
