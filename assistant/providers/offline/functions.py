"""From the sentences about functions to their specification; examples are worked out."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import cast

from assistant.providers.offline import names
from assistant.providers.offline.calls import outcome
from assistant.providers.offline.fields import KIND_OF, ends
from assistant.providers.offline.formula import Formula, Unfit, fits, kind_of, literal, same
from assistant.providers.offline.kinds import KINDS, Kind
from assistant.providers.offline.parse import Part, Refused, refuse
from assistant.providers.offline.spec import (
    Case,
    Check,
    Example,
    Function,
    FunctionValue,
    Parameter,
)

_EXCEPTIONS = ("ValueError", "TypeError", "KeyError", "IndexError", "ZeroDivisionError")
_FEWEST_EXAMPLES = 2
Kinds = Mapping[str, Kind]


def read_functions(sentences: list[Part]) -> tuple[Function, ...]:
    """The functions of sentences that are all about functions.

    Raises:
        Refused: a formula has no meaning, an example contradicts it, or one is missing.
    """
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
    parameters: dict[str, Parameter] = {}
    for part in parts:
        one = _parameter(part)
        refuse(one.name in (noun.text, *parameters), f"{one.name!r} is there twice", part)
        parameters[one.name] = one
    fault = names.fault_of_python_name(noun.text)
    refuse(fault, str(fault), noun)
    kinds = {name: one.kind for name, one in parameters.items()}
    values = [_formula(part.children[0], kinds) for part in result.children]
    conditions = [_condition(part.children[-1], kinds) for part in result.children[:-1]]
    refusals = [each for each in others if each.data == "raises"]
    raised = [_condition(each.children[3], kinds) for each in refusals]
    bounds = [check for one in parameters.values() for check in _bounds(one)]
    checks = list(bounds)
    for condition, refusal in zip(raised, refusals, strict=True):
        check = Check(
            condition.source, _exception(refusal.children[1]), _message(refusal.children[2])
        )
        twice = any(check.condition == each.condition for each in checks)
        refuse(twice, "the condition is there twice", refusal)
        checks.append(check)
    for name in parameters:
        used = any(name in each.names for each in [*values, *conditions, *raised])
        refuse(not used, f"{name!r} is never used", signature)
    _check_divisors(noun.text, parameters, raised, [*conditions, *values], signature)
    examples = {
        each: _example(each, list(parameters.values())) for each in others if each.data != "raises"
    }
    sources = [*(each.source for each in conditions), ""]
    function = Function(
        name=noun.text,
        parameters=tuple(parameters.values()),
        kind=_common_kind(values, signature),
        checks=tuple(checks),
        bounds=len(bounds),
        cases=tuple(Case(one, each.source) for one, each in zip(sources, values, strict=True)),
        examples=tuple(examples.values()),
    )
    wanted = [each.source for each in raised] + (sources if conditions else [])
    _check_examples(function, examples, wanted, signature)
    return function


def _parameter(part: Part) -> Parameter:
    noun, head = part.children
    fault, kind = names.fault_of_python_name(noun.text), KIND_OF[head.data]
    refuse(fault, str(fault), noun)
    bounds = head.children[0] if head.children else None
    found = ends(bounds, kind, open_ended=True) if KINDS[kind].largest else {}
    return Parameter(noun.text, kind, **found)


def _bounds(one: Parameter) -> Iterator[Check]:
    """What is refused for the bounds of a parameter."""
    for bound, strict, signs, words in (
        (one.minimum, one.above_minimum, "<=", ("more than", "at least")),
        (one.maximum, one.below_maximum, ">=", ("less than", "at most")),
    ):
        if bound is not None:
            number = int(bound) if bound == int(bound) else float(bound)
            sign, word = (signs, words[0]) if strict else (signs[0], words[1])
            yield Check(
                f"{one.name} {sign} {number}", "ValueError", f"{one.name} must be {word} {number}"
            )


def _formula(part: Part, kinds: Kinds) -> Formula:
    try:
        return Formula(part.text, kinds)
    except Unfit as unfit:
        raise Refused(str(unfit), part) from None


def _condition(part: Part, kinds: Kinds) -> Formula:
    found = _formula(part, kinds)
    fits_well = found.kind == "yes or no" and found.names
    refuse(not fits_well, "a condition is wanted: yes or no, by the parameters", part)
    return found


def _exception(noun: Part) -> str:
    refuse(noun.text not in _EXCEPTIONS, f"one of {', '.join(_EXCEPTIONS)} is wanted", noun)
    return noun.text


def _message(part: Part) -> str:
    text = part.text.strip('"')
    refuse(not text.strip() or not text.isprintable(), "a message is wanted", part)
    return text


def _common_kind(values: list[Formula], at: Part) -> Kind:
    kind = values[-1].kind
    for value in values:
        alike = fits(value.kind, kind) or fits(kind, value.kind)
        refuse(not alike, f"one case gives {value.kind}, another {kind}", at)
        kind = kind if fits(value.kind, kind) else value.kind
    return kind


def _check_divisors(
    name: str,
    parameters: dict[str, Parameter],
    raised: list[Formula],
    rest: list[Formula],
    at: Part,
) -> None:
    """Refuse a divisor that may be zero where no refusal before it excludes that.

    For min and max, which want a list with entries, that is its length.
    """
    safe = {each.name for each in parameters.values() if not each.holds(Decimal(0))}
    for each in [*raised, *rest]:
        for divisor in each.divisors:
            said = f'{name} raises ValueError with "…" if {divisor} == 0.'
            refuse(divisor not in safe, f"{divisor} may be 0 and must not be: say {said!r}", at)
        if each in raised:
            safe |= _excluded(ast.parse(each.source, mode="eval").body)


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


def _example(sentence: Part, parameters: list[Parameter]) -> Example:
    noun, given, last = sentence.children
    count = len(parameters)
    refuse(len(given.children) != count, f"{noun.text} takes {count} values", sentence)
    values = tuple(map(_value, given.children))
    for value, part, parameter in zip(values, given.children, parameters, strict=True):
        able = fits(kind_of(value), parameter.kind) or (value == () and parameter.type.element)
        refuse(not able, f"{parameter.name} is {parameter.kind}", part)
    if sentence.data == "refuses":
        return Example(values, None, _exception(last))
    return Example(values, _value(last))


def _value(part: Part) -> FunctionValue:
    if part.text in ("yes", "no"):
        return part.text == "yes"
    if part.text.startswith("["):
        found = tuple(map(_value, part.children))
        try:
            kind_of(found)
        except Unfit as unfit:
            raise Refused(str(unfit), part) from None
        return found
    return cast(FunctionValue, ast.literal_eval(part.text.replace("- ", "-")))


def _check_examples(
    function: Function, examples: dict[Part, Example], conditions: list[str], at: Part
) -> None:
    """Refuse examples that are contradicted, too few, or that miss one of the conditions."""
    reached = set()
    for sentence, example in examples.items():
        found = outcome(function, example.arguments)
        agrees = found.exception == example.raises
        if agrees and found.result is not None and example.result is not None:
            agrees = same(example.result, found.result)
        gives = f"raises {found.exception}" if found.exception else f"gives {literal(found.result)}"
        refuse(not agrees, f"the formula {gives}", sentence)
        reached.add(found.reached)
    twice = len({each.arguments for each in examples.values()}) < len(examples)
    refuse(twice, "an example is there twice", at)
    few = sum(not example.raises for example in examples.values()) < _FEWEST_EXAMPLES
    called = f"'{function.name}(…) is …'"
    refuse(few, f"{_FEWEST_EXAMPLES} examples at least are wanted: {called}", at)
    for condition in conditions:
        branch = f"'if {condition}'" if condition else "'otherwise'"
        refuse(condition not in reached, f"no example reaches {branch}", at)
