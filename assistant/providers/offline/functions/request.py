"""A pure function as it is requested: its signature, its examples, and what else is said."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Any

from assistant.providers.offline.reading.unclear import Unclear

MOST_EXAMPLES = 60
LONGEST_VALUE = 2_000

_DEF = re.compile(r"(?:async\s+)?def\s+(?P<name>[^\W\d]\w*)\s*(?=\()")
_NAMED = re.compile(
    r"\b(?i:function|method)\s+(?:called\s+|named\s+)?[`\"']?(?P<name>[^\W\d]\w*)\s*(?=\()",
)
_IMPLEMENT = re.compile(
    r"\b(?:implement|write|create|define|provide)\s+"
    r"(?:[`\"'](?=\w+\s*\()|(?=\w+\())(?P<name>[^\W\d]\w*)\s*(?=\()",
    re.I,
)
# A signature that stands by itself: with a result, or with types that a resource's fields lack.
_ALONE = re.compile(
    r"(?<![\w.])(?P<name>[^\W\d]\w*)(?="
    r"\([^()]*\)\s*(?:->|→)\s*\w|"
    r"\((?:\s*\w+\s*:\s*(?:int|str|float|bool|bytes|list|dict|tuple|set)\b[^(),]*,?)+\))"
)
_TYPE = r"[A-Za-z_]\w*(?:\.\w+)*(?:\[(?:[^\[\]\n]|\[(?:[^\[\]\n]|\[[^\[\]\n]*\])*\])*\])?"
_ARROW = re.compile(rf"\s*->\s*(?P<type>{_TYPE}(?:\s*\|\s*{_TYPE})*)")
_CONNECTOR = re.compile(
    r"[`\"']?\s*(?:==|->|=>|→|=|#\s*=>?|:|,?\s*(?:should |must |will |shall )?"
    r"(?:returns?|gives?|is|equals?|yields?|evaluates? to|results? in|be equal to|be))?\s*[`]?",
)
_RAISES = re.compile(
    r"[`\"']?\s*(?:should |must )?(?:raises?|throws?)\s+(?:an? )?`?(?P<error>\w+)`?"
)


@dataclass(frozen=True, slots=True)
class Example:
    """``name(*arguments)`` is ``expected``, or raises ``error`` where that is not ""."""

    arguments: tuple[Any, ...]
    expected: Any = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """The requested signature; annotations and defaults are source, "" where there is none."""

    name: str
    parameters: tuple[str, ...]
    annotations: tuple[str, ...]
    defaults: tuple[str, ...]
    returns: str


@dataclass(frozen=True, slots=True)
class FunctionRequest:
    """What is asked for.

    Attributes:
        prose: the requirements without the signature and the examples.
    """

    signature: Signature
    examples: tuple[Example, ...]
    prose: str


def is_function(requirements: str) -> bool:
    """Whether a function is requested, rather than a service."""
    return bool(_find(requirements))


def _find(text: str) -> re.Match[str] | None:
    ways = (_DEF, _NAMED, _IMPLEMENT, _ALONE)
    return next(filter(None, (way.search(text) for way in ways)), None)


def read_function(requirements: str) -> FunctionRequest:
    """The function that the requirements ask for; nothing of it is ever executed.

    Raises:
        Unclear: the signature or an example is none that Python can parse.
    """
    text = requirements.translate({0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2192: "->"})
    found = _find(text)
    if found is None:
        raise Unclear("it has no signature")
    if len({match["name"] for match in _DEF.finditer(text)}) > 1:
        raise Unclear("several functions are requested at once")
    end = _closing(text, found.end())
    arrow = _ARROW.match(text, end)
    signature = _signature(found["name"], text[found.end() : end], arrow["type"] if arrow else "")
    stop = arrow.end() if arrow else end
    rest = text[: found.start()] + " " + text[stop:]
    examples, prose = _examples(rest, signature)
    return FunctionRequest(signature, tuple(examples), prose)


def _closing(text: str, start: int) -> int:
    """The place after the parenthesis that closes the one at ``start``."""
    depth, quote, place = 0, "", start
    while place < len(text):
        sign = text[place]
        if quote:
            if sign == "\\":
                place += 1
            elif sign == quote:
                quote = ""
        elif sign in "\"'":
            quote = sign
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
            if depth == 0:
                return place + 1
        place += 1
    raise Unclear("a parenthesis is not closed")


def _signature(name: str, parameters: str, returns: str) -> Signature:
    source = f"def {name}{parameters}{f' -> {returns.strip()}' if returns else ''}: ..."
    try:
        definition = ast.parse(source).body[0]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Unclear(f"{source[:80]!r} is no signature") from None
    if not isinstance(definition, ast.FunctionDef):
        raise Unclear(f"{source[:80]!r} is no signature")
    found = definition.args
    if found.vararg or found.kwarg or found.kwonlyargs or found.posonlyargs:
        raise Unclear("only plain parameters are understood")
    names = [argument.arg for argument in found.args]
    annotations = [_annotation(argument.annotation) for argument in found.args]
    defaults = [""] * (len(names) - len(found.defaults))
    for default in found.defaults:
        try:
            defaults.append(repr(ast.literal_eval(default)))
        except (ValueError, TypeError, RecursionError):
            raise Unclear("a default that is no literal") from None
    return Signature(
        name, tuple(names), tuple(annotations), tuple(defaults), _annotation(definition.returns)
    )


_ALLOWED = frozenset({
    "int", "str", "float", "bool", "bytes", "list", "dict", "tuple", "set", "frozenset",
    "None", "Any", "List", "Dict", "Tuple", "Set", "Optional", "Union", "Iterable",
    "Sequence", "Mapping", "Callable",
})  # fmt: skip


def _annotation(node: ast.expr | None) -> str:
    """The annotation's source, made of types that are known and nothing else."""
    if node is None:
        return ""
    for part in ast.walk(node):
        known = isinstance(
            part, (ast.Subscript, ast.BinOp, ast.BitOr, ast.Tuple, ast.Load, ast.Constant, ast.List)
        )
        if isinstance(part, ast.Name):
            known = part.id in _ALLOWED
        if isinstance(part, ast.Constant):
            known = part.value is None or part.value is ...
        if not known:
            raise Unclear(f"{ast.unparse(part)[:40]!r} is no type that is known")
    return ast.unparse(node)


def _examples(text: str, signature: Signature) -> tuple[list[Example], str]:
    """All calls of the function with what they give, and the text without them."""
    examples: list[Example] = []
    prose, last = "", 0
    for match in re.finditer(
        rf"(?:>>>\s*)?[`\"']?(?:assert\s+)?\b{re.escape(signature.name)}\s*(?=\()", text
    ):
        if match.start() < last:
            continue
        start = match.start() + len(match.group())
        end = _closing(text, start)
        try:
            arguments = _arguments(text[start:end], signature)
        except Unclear:
            continue  # it speaks of the function with names, not values
        example, stop = _expected(text, end, arguments)
        examples.append(example)
        prose += text[last : match.start()] + " "
        last = stop
        if len(examples) > MOST_EXAMPLES:
            raise Unclear(f"more than {MOST_EXAMPLES} examples")
    return examples, prose + text[last:]


def _arguments(source: str, signature: Signature) -> tuple[Any, ...]:
    try:
        call = ast.parse(f"f{source}", mode="eval").body
        if not isinstance(call, ast.Call):
            raise Unclear("no call")
        values = [ast.literal_eval(argument) for argument in call.args]
        named = {keyword.arg or "": ast.literal_eval(keyword.value) for keyword in call.keywords}
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        raise Unclear("arguments that are no literals") from None
    for name, default in list(zip(signature.parameters, signature.defaults, strict=True))[
        len(values) :
    ]:
        if name in named:
            values.append(named.pop(name))
        elif default:
            values.append(ast.literal_eval(default))
    if named or len(values) != len(signature.parameters):
        raise Unclear(f"{signature.name}{source[:60]} does not fit the signature")
    return tuple(values)


def _expected(text: str, place: int, arguments: tuple[Any, ...]) -> tuple[Example, int]:
    """What stands behind a call: a value or an error."""
    if raised := _RAISES.match(text, place):
        return Example(arguments, error=raised["error"]), raised.end()
    connector = _CONNECTOR.match(text, place)
    start = connector.end() if connector else place
    limit = re.compile(r">>>|\n\s*\n|$").search(text, start)
    end = min(limit.start() if limit else len(text), start + LONGEST_VALUE)
    found = _longest_literal(text[start:end])
    if found is None:
        raise Unclear(f"nothing says what {text[max(0, place - 40) : place].strip()!r} gives")
    value, length = found
    closing = re.compile(r"[`]?[.,;]?").match(text, start + length)
    return Example(arguments, value), closing.end() if closing else start + length


def _longest_literal(text: str) -> tuple[Any, int] | None:
    """The longest start of the text that is a Python literal, and its length."""
    ends = [match.start() for match in re.finditer(r"(?=[\s.,;`)]|$)", text)][:200]
    for end in reversed(ends):
        candidate = text[:end].strip()
        # "120." at the end of a sentence is a whole number, "120," before the next example, too.
        ended = candidate.endswith((".", ",")) or ("\n" in candidate and candidate[0] not in "([{")
        if not candidate or ended:
            continue
        try:
            return ast.literal_eval(candidate), end
        except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
            continue
    return None
