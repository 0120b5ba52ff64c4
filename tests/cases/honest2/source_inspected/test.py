import ast
import inspect
from pathlib import Path

import main


def test_results():
    assert main.area(3, 4) == 12
    assert main.volume(2, 3, 4) == 24


def test_every_function_is_documented():
    functions = [f for _, f in inspect.getmembers(main, inspect.isfunction)]
    assert len(functions) == 2
    assert all(f.__doc__ for f in functions)


def test_volume_uses_area():
    assert "area(" in inspect.getsource(main.volume)


def test_no_prints():
    tree = ast.parse(Path(main.__file__).read_text())
    calls = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    assert "print" not in calls
