"""The module of the tests."""

from __future__ import annotations

import sys
import types
from typing import Any

from . import assertions


def load(test_run: Any, name: str, *, rewrite: bool = False) -> types.ModuleType:
    """Execute the tests' source as a module of that name."""
    module = types.ModuleType(name)
    module.__file__ = test_run.file
    tree = assertions.noted(
        test_run.source, test_run.file, explain=not rewrite, script=name == "__main__"
    )
    if test_run.evaluation is not None:
        vars(module).update(test_run.evaluation.redirect(tree))
    if rewrite:
        from _pytest.assertion.rewrite import rewrite_asserts

        rewrite_asserts(tree, test_run.source.encode(), test_run.file, test_run.config)
    code = compile(tree, test_run.file, "exec", dont_inherit=True)
    vars(module).update(assertions.names())
    sys.modules[name] = module
    exec(code, vars(module))
    assertions.watch_doubles()
    return module
