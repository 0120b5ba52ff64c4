"""Static review: issues that a syntax tree proves."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from assistant.schemas import Category, ReviewCode, ReviewIssue, Severity

_SECRET_NAME = re.compile(r"passw(or)?d|secret|api_?key|token|credential", re.IGNORECASE)
_SECRET_VALUE = re.compile(
    r"sk-[A-Za-z0-9_-]{16,}|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{30,}|AIza[\w-]{30,}|"
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
_PLACEHOLDER = re.compile(r"change.?me|example|dummy|placeholder|test|<.*>|\.\.\.|x{3,}", re.I)
_SECRET = "a secret stands in the code"
_UNPARSED = "Python cannot parse it"
_CERTAIN = (_SECRET, _UNPARSED)
_UNSAFE_CALLS = (
    ("eval exec", "{} executes whatever text it is given"),
    ("os.system os.popen", "{} passes its text to a shell"),
    ("pickle.load pickle.loads", "unpickling runs code that the data names"),
    ("marshal.loads", "marshal is not safe for data from outside"),
)
_DOUBTFUL_CALLS = {
    "shelve.open": "shelve unpickles what it reads",
    "tempfile.mktemp": "mktemp is open to a race; use mkstemp",
}
# An issue as one line of a prompt.
_LINE = re.compile(
    r"^- (?P<file>.+?)(?::(?P<line>\d+))? "
    r"\((?P<severity>minor|major), (?P<category>\w+)\): (?P<description>.*)$",
    re.MULTILINE,
)


class _Finding(NamedTuple):
    severity: Severity
    category: Category
    line: int | None
    description: str


def find_issues(files: Mapping[str, str]) -> list[ReviewIssue]:
    """The issues of the Python files among ``files`` (name → content), by file and line."""
    return [
        ReviewIssue(file=name, **finding._asdict())
        for name, text in files.items()
        if name.endswith(".py")
        for finding in _look(text)
    ]


def as_feedback(issues: Sequence[ReviewIssue]) -> str:
    """Format the issues for a prompt, one line each."""
    return "\n".join(
        f"- {issue.file}{f':{issue.line}' if issue.line is not None else ''} "
        f"({issue.severity}, {issue.category}): {' '.join(issue.description.split())}"
        for issue in issues
    )


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
    """The answer of a reviewer that is no model: the issues of the static review, as they stand."""
    found = [one.groupdict() for one in _LINE.finditer(inputs.get("static", ""))]
    issues = [
        ReviewIssue.model_validate({**one, "line": one["line"] and int(one["line"])})
        for one in found
    ]
    summary = (
        f"A static look: {len(issues)} issue{'s' if len(issues) != 1 else ''}. "
        "Only what a syntax tree shows was looked for; no model has judged the design."
    )
    return ReviewCode(issues=issues, summary=summary)


def _look(text: str) -> list[_Finding]:
    try:
        tree = ast.parse(text.removeprefix("\ufeff"))  # as Python reads a file
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        said = getattr(error, "msg", None) or str(error)
        line = getattr(error, "lineno", None)
        return [_Finding("major", "bug", line, f"{_UNPARSED}: {said}")]
    findings = [finding for node in ast.walk(tree) for finding in _of_node(node)]
    return sorted(findings, key=lambda finding: finding.line or 0)


def _of_node(node: ast.AST) -> Iterator[_Finding]:
    match node:
        case ast.Call():
            yield from _of_call(node)
        case ast.ExceptHandler():
            yield from _of_handler(node)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from _of_function(node)
        case ast.Assign(targets=targets):
            yield from _of_secret(" ".join(map(ast.unparse, targets)), node.value)
        case ast.AnnAssign(target=target):
            yield from _of_secret(ast.unparse(target), node.value)
        case ast.keyword(arg=name):
            yield from _of_secret(name or "", node.value)
        case ast.Compare():
            yield from _of_comparison(node)
        case ast.Module(body=body) | ast.ClassDef(body=body):
            yield from _of_definitions(body)


def _of_call(node: ast.Call) -> Iterator[_Finding]:
    called = ast.unparse(node.func)
    keywords = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
    unsafe = [why.format(called) for names, why in _UNSAFE_CALLS if called in names.split()]
    if called.startswith(("subprocess.", "run", "Popen")) and keywords.get("shell") == "True":
        unsafe.append("shell=True passes its text to a shell")
    if called == "yaml.load" and "Safe" not in ast.unparse(node):
        unsafe.append("yaml.load builds any object; use safe_load")
    if keywords.get("verify") == "False":
        unsafe.append("certificates are not verified")
    if called.endswith((".execute", ".executemany")) and node.args:
        query = node.args[0]
        formatted = isinstance(query, ast.Call) and ast.unparse(query.func).endswith(".format")
        if formatted or isinstance(query, (ast.JoinedStr, ast.BinOp)):
            unsafe.append("SQL is put together from values")
    for why in unsafe:
        yield _Finding("major", "security", node.lineno, why)
    if called in _DOUBTFUL_CALLS:
        yield _Finding("minor", "security", node.lineno, _DOUBTFUL_CALLS[called])


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
    for default in filter(None, [*node.args.defaults, *node.args.kw_defaults]):
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


def _of_secret(name: str, value: ast.expr | None) -> Iterator[_Finding]:
    match value:
        case ast.Constant(value=str(text)):
            named = _SECRET_NAME.search(name) and len(text) >= 8 and " " not in text
            if (named and not _PLACEHOLDER.search(text)) or _SECRET_VALUE.search(text):
                yield _Finding("major", "security", value.lineno, _SECRET)


def _of_comparison(node: ast.Compare) -> Iterator[_Finding]:
    for operator, right in zip(node.ops, node.comparators, strict=True):
        match operator, right:
            case ast.Is() | ast.IsNot(), ast.Constant(value=bool()):
                continue
            case ast.Is() | ast.IsNot(), ast.Constant(value=str() | bytes() | int() | float()):
                yield _Finding("major", "bug", node.lineno, "identity of a literal is compared")
            case ast.Eq() | ast.NotEq(), ast.Constant(value=None):
                yield _Finding("minor", "quality", node.lineno, "None is compared with ==")


def _of_definitions(body: Sequence[ast.stmt]) -> Iterator[_Finding]:
    seen: set[str] = set()
    for part in body:
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if part.name in seen and not part.decorator_list:
                text = f"{part.name} replaces the one defined before it"
                yield _Finding("major", "bug", part.lineno, text)
            seen.add(part.name)
