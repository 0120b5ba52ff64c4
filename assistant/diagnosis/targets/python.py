"""Targets of Python's errors: modules, places in source files, plug-ins of pytest."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.diagnosis.targets.imports import Reading, missing
from assistant.diagnosis.targets.paths import is_third_party, relative
from assistant.diagnosis.targets.place import FRAMES, NEAR, Place
from ledger.text.packages import usual_package


def module(place: Place) -> Reading:
    """Whose module is missing, by the frames before the error."""
    name = (place.group("target") or "").strip(".")
    quoted = b"'" in place.text or b'"' in place.text
    return missing(name, place.before(FRAMES), quoted=quoted)


def name_import(place: Place) -> Reading:
    """A name that a module lacks: the project's own module, or another version of a package."""
    module, rest = place.group("target") or "", place.group("rest") or ""
    if module and is_third_party(rest):
        return Reading("missing_dependency", usual_package(module), 0.6, module)
    return Reading("local_module_missing", f"{module.replace('.', '/')}.py" if module else None)


def own_module(place: Place) -> str:
    """The file of the project's own module."""
    return f"{place.group('target')}.py"


_PLUGINS: Mapping[str, str] = {
    **dict.fromkeys(("-n", "--dist", "--numprocesses"), "pytest-xdist"),
    **dict.fromkeys(("--benchmark", "benchmark"), "pytest-benchmark"),
    **dict.fromkeys(("--ds", "django_db"), "pytest-django"),
    "--reruns": "pytest-rerunfailures",
    "mocker": "pytest-mock",
    "httpx_mock": "pytest-httpx",
    "requests_mock": "requests-mock",
    "freezer": "pytest-freezer",
    "faker": "faker",
}
"""Packages by the option or fixture of pytest that is missing; else the option's own name."""


def pytest_plugin(place: Place) -> str:
    """The package of an option or a fixture that pytest does not have."""
    if place.group("asyncio"):
        return "pytest-asyncio"
    wanted = place.group("option", "fixture") or ""
    if wanted.startswith("django_db"):
        wanted = "django_db"
    return _PLUGINS.get(wanted, f"pytest-{wanted.lstrip('-').partition('-')[0]}")


_PYTHON_FRAME = re.compile(rb'File "([^"\n]+)", line (\d+)|^(\S+\.py):(\d+): in ')


def python_location(place: Place) -> str | None:
    """File and line of the code that cannot be parsed."""
    for line in reversed(place.before(12)):
        if found := _PYTHON_FRAME.search(line):
            return _location(found[1] or found[3], found[2] or found[4])
    return None


def _location(file: bytes, line: bytes) -> str:
    return f"{relative(file.decode('utf-8', 'replace'))}:{line.decode()}"


def file_line(place: Place) -> str | None:
    """File and line as the line itself has them."""
    file, line = place.group("file", "file2"), place.group("line", "line2")
    return f"{relative(file)}:{line}" if file and line else place.group("target")


_HEADING = re.compile(rb"^_+ [^_ ].* _+$|^=+ (?:FAILURES|ERRORS) =+$|^={40,}$")
_PYTEST = re.compile(rb"^(?:\[\S+\] )?(/?[\w./\\-]+\.py):(\d+): ?(?:in |$|[A-Z]\w+)")
_UNITTEST = re.compile(rb'^\s*File "([^"\n]+)", line (\d+), in ')
_NODE_ID = re.compile(rb"^(?:FAILED|ERROR) (\S+?\.py)(?:::|$)")
_OTHERS = re.compile(
    rb"\(([\w./-]+\.(?:[jt]sx?|java|kt|rb|php)):(\d+)(?::\d+)?\)|^\s*([\w./-]+_test\.go):(\d+):"
)


def test_location(place: Place) -> str | None:
    """The first frame of the failed test that is the project's."""
    before = place.before(FRAMES)
    start = max((index for index, line in enumerate(before) if _HEADING.match(line)), default=-1)
    lines = [*before[start + 1 :], place.text]
    for line in place.after(NEAR):
        if _HEADING.match(line) or line.startswith(b"====="):
            break
        lines.append(line)
    for expression in (_PYTEST, _UNITTEST, _OTHERS):
        for line in lines:
            found = expression.search(line)
            if found and not is_third_party((found[1] or found[3]).decode("utf-8", "replace")):
                return _location(found[1] or found[3], found[2] or found[4])
    nodes = (_NODE_ID.match(line) for line in (place.text, *place.after(60)))
    return next((one[1].decode("utf-8", "replace") for one in nodes if one), None)
