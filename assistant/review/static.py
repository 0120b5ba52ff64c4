"""Static review: issues that a syntax tree proves."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.schemas import ReviewCode, ReviewIssue

Severity = Literal["minor", "major"]
Category = Literal["security", "bug", "quality"]

_HEADER = re.compile(r"^=== (?P<name>.+) ===$")
_NUMBERED = re.compile(r"^ *\d+ ?(?P<line>.*)$")
_SECRET_NAME = re.compile(r"passw(or)?d|secret|api_?key|token|credential", re.IGNORECASE)
_SECRET_VALUE = re.compile(
    r"sk-[A-Za-z0-9_-]{16,}|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{30,}|AIza[\w-]{30,}|"
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
_PLACEHOLDER = re.compile(r"change.?me|example|dummy|placeholder|test|<.*>|\.\.\.|x{3,}", re.I)
_SECRET = "a secret stands in the code"
_UNPARSED = "Python cannot parse it"
_CERTAIN = (_SECRET, _UNPARSED)
_CALLS: dict[str, tuple[Severity, Category, str]] = {
    "eval": ("major", "security", "eval executes whatever text it is given"),
    "exec": ("major", "security", "exec executes whatever text it is given"),
    "os.system": ("major", "security", "os.system passes its text to a shell"),
    "os.popen": ("major", "security", "os.popen passes its text to a shell"),
    "pickle.load": ("major", "security", "unpickling runs code that the data names"),
    "pickle.loads": ("major", "security", "unpickling runs code that the data names"),
    "marshal.loads": ("major", "security", "marshal is not safe for data from outside"),
    "shelve.open": ("minor", "security", "shelve unpickles what it reads"),
    "tempfile.mktemp": ("minor", "security", "mktemp is open to a race; use mkstemp"),
}


def files_of(inputs: Mapping[str, str]) -> dict[str, str]:
    """The files of a request by name: from ``files`` with numbered lines, or one by one."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in inputs.get("files", "").splitlines():
        if header := _HEADER.match(line):
            name = header["name"]
            found[name] = []
        elif name and (numbered := _NUMBERED.match(line)):
            found[name].append(numbered["line"])
    files = {name: "\n".join(lines) for name, lines in found.items()}
    for key, file in (("main", "main.py"), ("service", "service.py"), ("tests", "test.py")):
        if key in inputs and file not in files and inputs[key]:
            files[file] = inputs[key]
    return files


def find_issues(files: Mapping[str, str]) -> list[ReviewIssue]:
    """The issues of the Python files among ``files`` (name → content), by file and line."""
    return [
        issue for name, text in files.items() if name.endswith(".py") for issue in _look(name, text)
    ]


def with_static(
    found: Sequence[ReviewIssue], static: Sequence[ReviewIssue]
) -> tuple[ReviewIssue, ...]:
    """Merge a model's issues with those of the static review that it does not have.

    Whether an eval is harmful where it stands is a judgement, and the model has seen the place:
    what it let pass becomes a remark. What needs no judgement (:data:`_CERTAIN`) stays major.
    """
    places = {(issue.file, issue.line, issue.category) for issue in found}
    added = [
        issue
        if issue.severity == "minor" or issue.description.startswith(_CERTAIN)
        else issue.model_copy(update={"severity": "minor"})
        for issue in static
        if (issue.file, issue.line, issue.category) not in places
    ]
    return (*found, *added)


def review(inputs: Mapping[str, str]) -> ReviewCode:
    """The answer of a reviewer that is no model: the issues that the files have."""
    files = {name: text for name, text in files_of(inputs).items() if name.endswith(".py")}
    issues = find_issues(files)
    looked = f"{len(files)} Python file{'s' if len(files) != 1 else ''}"
    summary = (
        f"A static look at {looked}: {len(issues)} issue{'s' if len(issues) != 1 else ''}. "
        "Only what a syntax tree shows was looked for; no model has judged the design."
    )
    return ReviewCode(issues=issues, summary=summary)


def _look(name: str, text: str) -> list[ReviewIssue]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        said = getattr(error, "msg", None) or str(error)
        return [_Finding("major", "bug", line, f"{_UNPARSED}: {said}").issue(name)]
    findings = [finding for node in ast.walk(tree) for finding in _of_node(node)]
    findings.sort(key=lambda finding: finding.line or 0)
    return [finding.issue(name) for finding in findings]


@dataclass(frozen=True, slots=True)
class _Finding:
    severity: Severity
    category: Category
    line: int | None
    description: str

    def issue(self, file: str) -> ReviewIssue:
        return ReviewIssue(
            severity=self.severity,
            category=self.category,
            file=file,
            line=self.line,
            description=self.description,
        )


def _of_node(node: ast.AST) -> Iterator[_Finding]:
    if isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, ast.ExceptHandler):
        yield from _of_handler(node)
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield from _of_function(node)
    elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.keyword)):
        yield from _of_secret(node)
    elif isinstance(node, ast.Compare):
        yield from _of_comparison(node)
    elif isinstance(node, (ast.Module, ast.ClassDef)):
        yield from _of_definitions(node)


def _of_call(node: ast.Call) -> Iterator[_Finding]:
    called = ast.unparse(node.func)
    keywords = {keyword.arg: keyword.value for keyword in node.keywords}
    if called in _CALLS:
        severity, category, why = _CALLS[called]
        yield _Finding(severity, category, node.lineno, why)
    if called.startswith(("subprocess.", "run", "Popen")) and _is(keywords.get("shell"), True):
        yield _Finding("major", "security", node.lineno, "shell=True passes its text to a shell")
    if called == "yaml.load" and "Safe" not in ast.unparse(node):
        yield _Finding(
            "major", "security", node.lineno, "yaml.load builds any object; use safe_load"
        )
    if _is(keywords.get("verify"), False):
        yield _Finding("major", "security", node.lineno, "certificates are not verified")
    if called.endswith((".execute", ".executemany")) and node.args:
        query = node.args[0]
        formatted = isinstance(query, ast.Call) and ast.unparse(query.func).endswith(".format")
        if formatted or isinstance(query, (ast.JoinedStr, ast.BinOp)):
            yield _Finding("major", "security", node.lineno, "SQL is put together from values")


def _is(node: ast.expr | None, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _of_handler(node: ast.ExceptHandler) -> Iterator[_Finding]:
    broad = node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")
    silent = all(
        isinstance(part, (ast.Pass, ast.Continue))
        or (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
        for part in node.body
    )
    if broad and silent:
        yield _Finding("major", "bug", node.lineno, "every error is swallowed without a trace")
    elif node.type is None:
        yield _Finding("minor", "quality", node.lineno, "a bare except catches even an interrupt")


def _of_function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[_Finding]:
    defaults = [*node.args.defaults, *(default for default in node.args.kw_defaults if default)]
    for default in defaults:
        made = isinstance(default, ast.Call) and ast.unparse(default.func) in (
            "list",
            "dict",
            "set",
        )
        if made or isinstance(default, (ast.List, ast.Dict, ast.Set)):
            text = f"the default of {node.name} is shared by all calls"
            yield _Finding("minor", "bug", default.lineno, text)
    for before, after in zip(node.body, node.body[1:], strict=False):
        if isinstance(before, (ast.Return, ast.Raise)):
            yield _Finding("minor", "quality", after.lineno, "this is never reached")


def _of_secret(node: ast.Assign | ast.AnnAssign | ast.keyword) -> Iterator[_Finding]:
    value = node.value
    if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
        return
    if isinstance(node, ast.keyword):
        names = [node.arg or ""]
    else:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [ast.unparse(target) for target in targets]
    named = any(_SECRET_NAME.search(name) for name in names) and len(value.value) >= 8
    looks = named and " " not in value.value and not _PLACEHOLDER.search(value.value)
    if looks or _SECRET_VALUE.search(value.value):
        yield _Finding("major", "security", value.lineno, _SECRET)


def _of_comparison(node: ast.Compare) -> Iterator[_Finding]:
    for operator, right in zip(node.ops, node.comparators, strict=True):
        if not isinstance(right, ast.Constant):
            continue
        literal = isinstance(right.value, (str, bytes, int, float)) and not _is(right, True)
        if isinstance(operator, (ast.Is, ast.IsNot)) and literal and not _is(right, False):
            yield _Finding("major", "bug", node.lineno, "identity of a literal is compared")
        elif isinstance(operator, (ast.Eq, ast.NotEq)) and right.value is None:
            yield _Finding("minor", "quality", node.lineno, "None is compared with ==")


def _of_definitions(node: ast.Module | ast.ClassDef) -> Iterator[_Finding]:
    seen: set[str] = set()
    for part in node.body:
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if part.name in seen and not part.decorator_list:
                text = f"{part.name} replaces the one defined before it"
                yield _Finding("major", "bug", part.lineno, text)
            seen.add(part.name)
