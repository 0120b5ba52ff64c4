"""Proves honest and vacuous cases with the plain runners, outside of the judge.

Usage: prove-cases.py FOLDER [NAME …], such as tests/cases/honest2. Each suite must pass with its
main.py, fail with each change of wrong.json, and pass with each change of unnoticed.json. Only for
cases that do no harm: those of tests/cases/hostile are run through `check` alone.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

NOTES = ("wrong.json", "unnoticed.json", "note.md")
SECONDS = 120


def command(tests: str) -> list[str]:
    """How the author of a suite would run it."""
    tree = ast.parse(tests)
    names = {getattr(node, "name", "") or "" for node in ast.walk(tree)}
    if "load_tests" in names:
        return ["-m", "unittest", "-q", "test"]
    ends = any(ast.unparse(node).startswith("sys.exit(") for node in tree.body)
    if ends or not any(name.startswith("test") for name in names):
        return ["test.py"]
    return ["-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "test.py"]


def passes(case: Path, change: dict[str, str] | None) -> bool:
    """Whether a suite passes, with one change to its main.py where one is given."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder, "feature")
        shutil.copytree(case, here, ignore=shutil.ignore_patterns(*NOTES))
        if change:
            main = (here / "main.py").read_text()
            (here / "main.py").write_text(main.replace(change["old"], change["new"]))
        outer = {name: one for name, one in os.environ.items() if not name.startswith("PYTEST")}
        done = subprocess.run(
            [sys.executable, *command((here / "test.py").read_text())],
            cwd=here,
            env={**outer, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        return done.returncode == 0


def changes(case: Path, name: str) -> list[dict[str, str]]:
    """The changes to main.py that a case lists; one change may stand without a list."""
    path = case / name
    listed = json.loads(path.read_text()) if path.exists() else []
    return [listed] if isinstance(listed, dict) else listed


def findings(case: Path) -> list[str]:
    """What is not as the case says, in words."""
    return [f"{case.name}: {finding}" for finding in _findings(case)]


def _findings(case: Path) -> Iterator[str]:
    if not passes(case, None):
        yield "the right main.py fails"
    for change in changes(case, "wrong.json"):
        if passes(case, change):
            yield f"a wrong main.py passes: {change}"
    for change in changes(case, "unnoticed.json"):
        if not passes(case, change):
            yield f"the suite notices: {change}"


def main(folder: str, *names: str) -> int:
    """Prove the cases of a folder; 1 where there are findings."""
    cases = [case for case in sorted(Path(folder).iterdir()) if case.is_dir()]
    cases = [case for case in cases if not names or case.name in names]
    with ThreadPoolExecutor(2) as pool:
        found = [finding for several in pool.map(findings, cases) for finding in several]
    print(*found, f"{len(cases)} cases, {len(found)} findings", sep="\n")
    return 1 if found or not cases else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
