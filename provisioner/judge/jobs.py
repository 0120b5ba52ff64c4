"""What the two processes of a judgement are told to do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from provisioner.judge.process import package_folders
from provisioner.judge.runners import pytest_plugins
from provisioner.judge.suite import PreparedSuite

#: Imported once in the warm processes, where the sources mention them: each takes its time.
_WARM = {
    "unittest": b"unittest",
    "unittest.mock": b"mock",
    "pytest": b"pytest",
    "pydantic": b"pydantic",
    "fastapi": b"fastapi",
    "httpx": b"httpx",
    "sqlalchemy.orm": b"sqlalchemy",
    "starlette.testclient": b"testclient",
    "hypothesis": b"hypothesis",
    "dataclasses": b"dataclass",
    "decimal": b"Decimal",
    "sqlite3": b"sqlite3",
}
#: What pytest imports when it starts a session.
_PYTEST = (
    "pytest",
    *(
        f"_pytest.{name}"
        for name in (
            *("python", "fixtures", "skipping", "runner", "monkeypatch", "tmpdir", "capture"),
            *("recwarn", "logging", "unittest", "subtests", "assertion", "debugging"),
            *("helpconfig", "legacypath", "python_path", "reports", "warnings"),
            "assertion.rewrite",
        )
    ),
)


def job_for(
    suite: PreparedSuite,
    tests: bytes,
    code: Mapping[str, bytes],
    only: Collection[str] | None,
) -> dict[str, Any]:
    """What both processes are told of a run."""
    sources = b"\n".join(code.values())
    warm = ["asyncio", *(name for name, mention in _WARM.items() if mention in tests)]
    plugins = pytest_plugins(tests) if suite.style == "pytest" else []
    if suite.style == "pytest":
        warm += [*_PYTEST, *(name for name in plugins if "." in name)]
    for_code = [name for name, mention in _WARM.items() if mention in sources]
    return {
        "style": suite.style,
        "isolation": suite.isolation,
        "tests": suite.source,
        "modules": sorted(_modules(code)),
        "paths": package_folders(),
        "warm": warm,
        "warm_code": ["asyncio", *(n for n in for_code if n not in ("pytest", "hypothesis"))],
        "plugins": plugins,
        "only": None if only is None else sorted(only),
        "perturb": "",
    }


def _modules(code: Mapping[str, bytes]) -> set[str]:
    """Names under which the feature's files can be imported."""
    names = set()
    for file in code:
        if file.endswith(".py") and file != "test.py":
            parts = file.removesuffix(".py").split("/")
            if parts[-1] == "__init__":
                parts.pop()
            names |= {".".join(parts[:end]) for end in range(1, len(parts) + 1)}
    return names - {""}
