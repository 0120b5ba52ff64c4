"""From the sentences about functions to their specification; formulas are a part of Python's."""

from __future__ import annotations

import ast
import builtins
import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast

from assistant.providers.offline import names
from assistant.providers.offline.fields import KIND_OF
from assistant.providers.offline.kinds import Kind
from assistant.providers.offline.parse import Part, Refused, refuse
from assistant.providers.offline.spec import Example, Function, FunctionValue

_FEWEST_EXAMPLES = 2
Arguments = tuple[FunctionValue, ...]
_LARGEST_POWER = 10
_MOST_POWERS = 2
_LARGEST_FORMULA = 200  # nodes of its syntax tree
_NUMBERS = {"whole number", "number"}
_CALLS: dict[str, Callable[..., Any]] = {"abs": abs, "len": len, "max": max, "min": min}
#: Operators, by their names in ``ast``, and functions; the types that they take; what they give,
#: None for a number that is whole where all are.
_RULES: tuple[tuple[str, set[str], Kind | None], ...] = (
    ("And Or Not", {"yes or no"}, "yes or no"),
    ("Eq NotEq Lt LtE Gt GtE", _NUMBERS, "yes or no"),
    ("Eq NotEq Lt LtE Gt GtE In", {"text"}, "yes or no"),
    ("Add Sub USub Mult Pow abs max min", _NUMBERS, None),
    ("FloorDiv Mod", {"whole number"}, None),
    ("Div", _NUMBERS, "number"),
    ("Add", {"text"}, "text"),
    ("len", {"text"}, "whole number"),
)


def read_functions(sentences: list[Part]) -> tuple[Function, ...]:
    """The functions of sentences about them; raises Refused for a contradiction, or a gap."""
    said: dict[str, list[Part]] = {}
    for sentence in sorted(sentences, key=lambda each: each.data != "signature"):
        noun = sentence.children[0]
        defined, known = sentence.data == "signature", noun.text in said
        refuse(defined and known, f"{noun.text!r} is defined twice", noun)
        refuse(not defined and not known, f"no sentence says what {noun.text!r} returns", noun)
        said.setdefault(noun.text, []).append(sentence)
    return tuple(_function(signature, others) for signature, *others in said.values())


def _function(signature: Part, others: list[Part]) -> Function:
    noun, *parts, result = signature.children
    parameters: dict[str, Kind] = {}
    for part in parts:
        name, head = part.children
        _check_name(name)
        refuse(name.text in (noun.text, *parameters), f"{name.text!r} is there twice", name)
        parameters[name.text] = KIND_OF[head.data]
    _check_name(noun)
    values = [read_formula(part.children[0], parameters) for part in result.children]
    conditions = [_condition(part.children[1], parameters) for part in result.children[:-1]]
    raises = [each.children[1] for each in others if each.data == "raises"]
    refusals = [_condition(part, parameters) for part in raises]
    used = {name for each in [*values, *conditions, *refusals] for name in each.names}
    unused = ", ".join(name for name in parameters if name not in used)
    refuse(unused, f"it is never used: {unused}", signature)
    kinds = {each.kind for each in values}
    alike = len(kinds) == 1 or kinds == {"number", "whole number"}
    refuse(not alike, f"the cases give {' and '.join(sorted(kinds))}", signature)
    sources = [*(each.source for each in conditions), ""]
    calls = [each for each in others if each.data != "raises"]
    function = Function(
        name=noun.text,
        parameters=parameters,
        kind="number" if "number" in kinds else values[0].kind,
        refusals=tuple(each.source for each in refusals),
        cases=tuple(zip(sources, (each.source for each in values), strict=True)),
        examples=tuple(_example(each, parameters) for each in calls),
    )
    _check_examples(function, calls, signature)
    return function


def _check_name(noun: Part) -> None:
    names.check_name(noun)
    meaning = hasattr(builtins, noun.text) or noun.text.startswith("test")
    refuse(meaning, f"{noun.text!r} means something in Python or to its tests", noun)


def _condition(part: Part, kinds: dict[str, Kind]) -> Formula:
    found = read_formula(part, kinds)
    fit = found.kind == "yes or no" and found.names
    refuse(not fit, "a condition is wanted: yes or no, by the parameters", part)
    return found


def _example(sentence: Part, parameters: dict[str, Kind]) -> Example:
    noun, given, *result = sentence.children
    count = len(parameters)
    refuse(len(given.children) != count, f"{noun.text} takes {count} values", sentence)
    values = tuple(map(_value, given.children))
    for value, part, kind in zip(values, given.children, parameters.values(), strict=True):
        able = ("number", "whole number") if kind == "number" else (kind,)
        refuse(kind_of(value) not in able, f"it is no {kind}", part)
    return Example(values, _value(result[0]) if result else None)


def _value(part: Part) -> FunctionValue:
    if part.text in ("yes", "no"):
        return part.text == "yes"
    return cast(FunctionValue, ast.literal_eval(part.text.replace("- ", "-")))


def _shown(value: FunctionValue) -> str:
    """A value as an example writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _check_examples(function: Function, sentences: list[Part], at: Part) -> None:
    """Refuse examples that are contradicted, too few, or that miss one of the conditions."""
    missing = [*function.refusals, *(condition for condition, _ in function.cases)]
    for sentence, example in zip(sentences, function.examples, strict=True):
        reached, found = outcome(function, example.arguments)
        agrees = same(found, example.result)
        refuse(reached is None, "the formula has no value here", sentence)
        result = "raises ValueError" if found is None else f"is {_shown(found)}"
        instead = f"{sentence.text[: sentence.children[1].end]}) {result}"
        refuse(not agrees, f"by the formula it {result}", sentence, instead)
        missing = [condition for condition in missing if condition != reached]
    twice = len({each.arguments for each in function.examples}) < len(function.examples)
    refuse(twice, "an example is there twice", at)
    few = sum(each.result is not None for each in function.examples) < _FEWEST_EXAMPLES
    refuse(few, f"{_FEWEST_EXAMPLES} examples are wanted: '{function.name}(…) is …'", at)
    branches = [f"'if {condition}'" if condition else "'otherwise'" for condition in missing]
    refuse(missing, f"no example reaches {', '.join(branches)}", at)


class Formula(NamedTuple):
    """A checked formula."""

    source: str  # Python
    kind: Kind  # what it gives
    names: set[str]  # the parameters in it


def read_formula(part: Part, kinds: Mapping[str, Kind]) -> Formula:
    """A formula with parameters of these kinds; raises Refused."""
    try:
        tree = _Python().visit(ast.parse(part.text, mode="eval")).body
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        raise Refused("it is no formula", part) from None
    nodes = list(ast.walk(tree))
    powers = sum(isinstance(each, ast.Pow) for each in nodes)
    refuse(powers > _MOST_POWERS, f"there are at most {_MOST_POWERS} powers in a formula", part)
    refuse(len(nodes) > _LARGEST_FORMULA, "the formula is too long", part)
    kind = _kind(tree, kinds, part)
    names = {each.id for each in nodes if isinstance(each, ast.Name)} & set(kinds)
    return Formula(ast.unparse(tree), kind, names)


def _kind(tree: ast.expr, kinds: Mapping[str, Kind], part: Part) -> Kind:
    """The type of what an expression gives."""
    operator, operands = "", [tree]
    match tree:
        case ast.Constant(value=bool() | int() | float() | str() as value):
            return kind_of(value)
        case ast.Name(id=name):
            refuse(name not in kinds, f"no parameter is called {name!r}", part)
            return kinds[name]
        case ast.UnaryOp(op=op, operand=operand):
            operator, operands = type(op).__name__, [operand]
        case ast.BoolOp(op=op, values=operands):
            operator = type(op).__name__
        case (
            ast.BinOp(left=left, op=op, right=right)
            | ast.Compare(left=left, ops=[op], comparators=[right])
        ):
            operator, operands = type(op).__name__, [left, right]
        case ast.Call(func=ast.Name(id=operator), args=[_, *_] as operands, keywords=[]):
            refuse(operator not in _CALLS, f"{operator!r} is none of {', '.join(_CALLS)}", part)
            count = (operator in ("abs", "len")) != (len(operands) == 1)
            refuse(count, f"{operator!r} takes one value, or max and min several", part)
    refuse(not operator, f"{ast.unparse(tree)!r} is not possible in a formula", part)
    found: list[Kind] = [_kind(each, kinds, part) for each in operands]
    last = operands[-1].value if isinstance(operands[-1], ast.Constant) else None
    high = operator == "Pow" and last not in range(_LARGEST_POWER + 1)
    refuse(high, f"a power is a whole number up to {_LARGEST_POWER}", part)
    widest: Kind = "number" if "number" in found else "whole number"
    for operators, able, result in _RULES:
        if operator in operators.split() and able.issuperset(found):
            return result or widest
    raise Refused(f"{ast.unparse(tree)!r} is not possible with {' and '.join(found)}", part)


class _Python(ast.NodeTransformer):
    """``yes`` and ``no`` in Python."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(node.id == "yes") if node.id in ("yes", "no") else node


def value_of(source: str, values: Mapping[str, FunctionValue]) -> FunctionValue:
    """The value of a formula's Python source; raises ArithmeticError or ValueError."""
    # What it may hold was checked when it was read.
    return cast(FunctionValue, eval(source, {"__builtins__": {}, **_CALLS}, dict(values)))


def kind_of(value: FunctionValue) -> Kind:
    """The type of a constant."""
    names: dict[type, Kind] = {bool: "yes or no", str: "text", int: "whole number"}
    return names.get(type(value), "number")


def same(left: FunctionValue | None, right: FunctionValue | None) -> bool:
    """Whether two results are equal; numbers within a relative 1e-9."""
    if {type(left), type(right)} in ({float}, {int, float}):
        return math.isclose(cast(float, left), cast(float, right), rel_tol=1e-9)
    return type(left) is type(right) and left == right


def outcome(function: Function, arguments: Arguments) -> tuple[str | None, FunctionValue | None]:
    """The condition that decides a call, and its result; None where it has none, or is refused."""
    values = dict(zip(function.parameters, arguments, strict=True))
    try:
        for condition in function.refusals:
            if value_of(condition, values):
                return condition, None
        for condition, value in function.cases:
            if not condition or value_of(condition, values):
                return condition, value_of(value, values)
    except (ArithmeticError, ValueError):
        pass
    return None, None
