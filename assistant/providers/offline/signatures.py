"""From the sentences about functions to their specification; examples are worked out."""

from __future__ import annotations

import ast
from decimal import Decimal
from typing import Any, cast

from assistant.providers.offline import names
from assistant.providers.offline.fields import check_order, ends, number
from assistant.providers.offline.formula import (
    Formula,
    FunctionKind,
    FunctionValue,
    Unfit,
    fits,
    kind_of,
    literal,
    same,
)
from assistant.providers.offline.parse import Part, Refused, Sentence
from assistant.providers.offline.spec import (
    Case,
    Example,
    Function,
    Parameter,
    Raises,
    Specification,
)

EXCEPTIONS = ("ValueError", "TypeError", "KeyError", "IndexError", "ZeroDivisionError")
_FEWEST_EXAMPLES = 2


def read_functions(sentences: list[Sentence]) -> Specification:
    """The specification of sentences that are all about functions.

    Raises:
        Refused: a formula has no meaning, an example contradicts it, or one is missing.
    """
    found: dict[str, _Reader] = {}
    for forms in (("signature",), ("raises",), ("gives", "refuses")):
        for sentence in sentences:
            if sentence.tree.data in forms:
                try:
                    _read(found, sentence)
                except Unfit as unfit:
                    raise sentence.refused(str(unfit)) from None
                except Refused as refused:
                    refused.sentence = refused.sentence or sentence.text
                    raise
    return Specification(functions=tuple(each.function() for each in found.values()))


def _read(found: dict[str, _Reader], sentence: Sentence) -> None:
    noun = sentence.tree.children[0]
    if sentence.tree.data == "signature":
        if noun.text in found:
            raise Refused(f"{noun.text!r} is defined twice", noun)
        found[noun.text] = _Reader(sentence)
    elif noun.text not in found:
        raise Refused(f"no sentence says what {noun.text!r} returns", noun)
    else:
        getattr(found[noun.text], sentence.tree.data)(sentence)


class _Reader:
    """One function while its sentences are read."""

    def __init__(self, sentence: Sentence) -> None:
        noun, *parameters, result = sentence.tree.children
        self._name, self._sentence = _named(noun), sentence
        self._parameters: list[Parameter] = []
        for part in parameters:
            one = _parameter(part)
            if one.name in (self._name, *(each.name for each in self._parameters)):
                raise Refused(f"{one.name!r} is there twice", part)
            self._parameters.append(one)
        self._kinds = {each.name: each.kind for each in self._parameters}
        *cases, otherwise = result.children
        self._cases = [
            (self._condition(each.children[1]), self._formula(each.children[0])) for each in cases
        ]
        self._otherwise = self._formula(otherwise)
        self._raises: list[tuple[Formula, str, str]] = []
        self._examples: list[tuple[Example, Sentence]] = []

    def raises(self, sentence: Sentence) -> None:
        _, exception, message, condition = sentence.tree.children
        text = message.text.strip('"')
        if not text.strip() or not text.isprintable():
            raise Refused("a message is wanted", message)
        found = self._condition(condition)
        if any(each.source == found.source for each, _, _ in self._raises):
            raise Refused("the condition is there twice", condition)
        self._raises.append((found, _exception(exception), text))

    def gives(self, sentence: Sentence) -> None:
        _, *values, result = sentence.tree.children
        self._example(sentence, values, _value(result), "")

    def refuses(self, sentence: Sentence) -> None:
        _, *values, exception = sentence.tree.children
        self._example(sentence, values, None, _exception(exception))

    def _example(
        self, sentence: Sentence, parts: list[Part], result: FunctionValue | None, raises: str
    ) -> None:
        if len(parts) != len(self._parameters):
            raise Refused(f"{self._name} takes {len(self._parameters)} values", sentence.tree)
        values = tuple(map(_value, parts))
        for value, part, parameter in zip(values, parts, self._parameters, strict=True):
            empty = value == () and parameter.kind.startswith("list")
            if not empty and not fits(kind_of(value), parameter.kind):
                raise Refused(f"{parameter.name} is {parameter.kind}", part)
        if any(each.arguments == values for each, _ in self._examples):
            raise Refused("the example is there twice", sentence.tree)
        self._examples.append((Example(values, result, raises), sentence))

    def _formula(self, part: Part) -> Formula:
        try:
            return Formula(part.text, self._kinds)
        except Unfit as unfit:
            raise Refused(str(unfit), part) from None

    def _condition(self, part: Part) -> Formula:
        found = self._formula(part)
        if found.kind != "yes or no" or not found.names:
            raise Refused("a condition is wanted: yes or no, by the parameters", part)
        return found

    def function(self) -> Function:
        """The function, when all of its sentences are read."""
        formulas = [self._otherwise, *(each for case in self._cases for each in case)]
        formulas += [each for each, _, _ in self._raises]
        kind = self._otherwise.kind
        for _, value in self._cases:
            if not fits(value.kind, kind) and not fits(kind, value.kind):
                raise self._sentence.refused(f"one case gives {value.kind}, another {kind}")
            kind = kind if fits(value.kind, kind) else value.kind
        used = {name for each in formulas for name in each.names}
        if unused := [each.name for each in self._parameters if each.name not in used]:
            raise self._sentence.refused(f"{unused[0]!r} is never used")
        self._check_divisors(formulas)
        self._check_examples()
        return Function(
            self._name,
            tuple(self._parameters),
            kind,
            self._otherwise.source,
            tuple(Case(condition.source, value.source) for condition, value in self._cases),
            tuple(
                Raises(each.source, cast(Any, error), said) for each, error, said in self._raises
            ),
            tuple(example for example, _ in self._examples),
        )

    def _check_divisors(self, formulas: list[Formula]) -> None:
        """Refuse a divisor that may be zero, and min or max of a list that may be empty."""
        safe = {each.name for each in self._parameters if _is_never_zero(each)}
        for each, _, _ in self._raises:
            safe |= _excluded(ast.parse(each.source, mode="eval").body)
        for divisor in (each for formula in formulas for each in formula.divisors):
            if divisor not in safe:
                raise self._sentence.refused(
                    f"{divisor} may be 0 and must not be: say '{self._name} raises "
                    f'ValueError with "…" if {divisor} == 0.\''
                )

    def _check_examples(self) -> None:
        reached = {self._worked_out(example, said) for example, said in self._examples}
        if sum(not example.raises for example, _ in self._examples) < _FEWEST_EXAMPLES:
            raise self._sentence.refused(
                f"{_FEWEST_EXAMPLES} examples at least are wanted: '{self._name}(…) is …'"
            )
        wanted = [condition.source for condition, _ in self._cases]
        wanted += [condition.source for condition, _, _ in self._raises]
        for condition in [*wanted, ""] if self._cases else wanted:
            if condition not in reached:
                what = f"'if {condition}'" if condition else "'otherwise'"
                raise self._sentence.refused(f"no example reaches {what}")

    def _worked_out(self, example: Example, sentence: Sentence) -> str:
        """The condition that an example reaches; refuse an example that is contradicted."""
        values = {
            each.name: value
            for each, value in zip(self._parameters, example.arguments, strict=True)
        }
        try:
            condition, raised, result = self._called(values)
        except (ArithmeticError, ValueError) as error:
            condition, raised, result = "", type(error).__name__, None
        agrees = raised == example.raises
        if agrees and example.result is not None and result is not None:
            agrees = same(example.result, result)
        if not agrees:
            told = f"raises {raised}" if raised else f"gives {literal(cast(FunctionValue, result))}"
            raise sentence.refused(f"the formula {told}")
        return condition

    def _called(self, values: dict[str, FunctionValue]) -> tuple[str, str, FunctionValue | None]:
        if not all(_is_inside(values[each.name], each) for each in self._parameters):
            return "bound", "ValueError", None
        for condition, exception, _ in self._raises:
            if condition.value(values):
                return condition.source, exception, None
        for condition, value in self._cases:
            if condition.value(values):
                return condition.source, "", value.value(values)
        return "", "", self._otherwise.value(values)


def _named(noun: Part) -> str:
    if fault := names.fault_of_python_name(noun.text):
        raise Refused(fault, noun)
    return noun.text


def _exception(noun: Part) -> str:
    if noun.text not in EXCEPTIONS:
        raise Refused(f"one of {', '.join(EXCEPTIONS)} is wanted", noun)
    return noun.text


def _parameter(part: Part) -> Parameter:
    noun, kind = part.children
    found: dict[str, Any] = {}
    bounds = kind.children[0] if kind.children else None
    for end, at in ends(bounds).items():
        value, whole = number(at), kind.data == "whole_number"
        if whole and value % 1:
            raise Refused("a whole number has no decimal places", at)
        lower = end in ("at_least", "more_than")
        if end in ("more_than", "less_than"):
            value += (1 if lower else -1) if whole else 0
            found["above_minimum" if lower else "below_maximum"] = not whole
        found["minimum" if lower else "maximum"] = value
    if "minimum" in found and "maximum" in found:
        check_order(found["minimum"], found["maximum"], bounds)
    kinds = kind.data.replace("_", " ")
    return Parameter(_named(noun), cast(FunctionKind, kinds), **found)


def _value(part: Part) -> FunctionValue:
    if part.text in ("yes", "no"):
        return part.text == "yes"
    if part.text.startswith("["):
        found = tuple(map(_value, part.children))
        kind_of(found)
        return found
    found_value = ast.literal_eval(part.text.replace("- ", "-"))
    return cast(FunctionValue, found_value)


def _excluded(condition: ast.expr) -> set[str]:
    """What is not zero where a condition, or each of its alternatives, does not hold."""
    match condition:
        case ast.BoolOp(op=ast.Or(), values=values):
            return {found for each in values for found in _excluded(each)}
        case ast.Compare(
            left=left, ops=[ast.Eq() | ast.LtE()], comparators=[ast.Constant(value=0)]
        ):
            return {ast.unparse(left)}
    return set()


def _is_never_zero(one: Parameter) -> bool:
    low, high = one.minimum, one.maximum
    above = low is not None and (low > 0 or (low == 0 and one.above_minimum))
    return above or (high is not None and (high < 0 or (high == 0 and one.below_maximum)))


def _is_inside(value: FunctionValue, one: Parameter) -> bool:
    if isinstance(value, str | tuple | bool):
        return True
    exact, low, high = Decimal(str(value)), one.minimum, one.maximum
    if low is not None and (exact < low or (one.above_minimum and exact == low)):
        return False
    return high is None or exact < high or (exact == high and not one.below_maximum)
