"""From the sentences about functions to their specification; examples are worked out."""

from __future__ import annotations

import ast
import builtins
from typing import cast

from assistant.providers.offline import names
from assistant.providers.offline.fields import KIND_OF
from assistant.providers.offline.formula import Formula, fits, kind_of, outcome, read_formula, same
from assistant.providers.offline.kinds import Kind
from assistant.providers.offline.parse import Part, refuse
from assistant.providers.offline.spec import Example, Function, FunctionValue

_FEWEST_EXAMPLES = 2


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
        refuse(not fits(kind_of(value), kind), f"it is no {kind}", part)
    return Example(values, _value(result[0]) if result else None)


def _value(part: Part) -> FunctionValue:
    if part.text in ("yes", "no"):
        return part.text == "yes"
    return cast(FunctionValue, ast.literal_eval(part.text.replace("- ", "-")))


def _check_examples(function: Function, sentences: list[Part], at: Part) -> None:
    """Refuse examples that are contradicted, too few, or that miss one of the conditions."""
    missing = [*function.refusals, *(condition for condition, _ in function.cases)]
    for sentence, example in zip(sentences, function.examples, strict=True):
        reached, found = outcome(function, example.arguments)
        agrees = same(found, example.result) and reached is not None
        gives = "raises ValueError" if found is None else f"gives {found!r}"
        gives = "has no value here" if reached is None else gives
        refuse(not agrees, f"the formula {gives}", sentence)
        missing = [condition for condition in missing if condition != reached]
    twice = len({each.arguments for each in function.examples}) < len(function.examples)
    refuse(twice, "an example is there twice", at)
    few = sum(each.result is not None for each in function.examples) < _FEWEST_EXAMPLES
    called = f"'{function.name}(…) is …'"
    refuse(few, f"{_FEWEST_EXAMPLES} examples at least are wanted: {called}", at)
    branches = [f"'if {condition}'" if condition else "'otherwise'" for condition in missing]
    refuse(missing, f"no example reaches {', '.join(branches)}", at)
