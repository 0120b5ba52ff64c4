"""Which rule a request means: its words ask for it, and every example holds for it."""

from __future__ import annotations

import math
import re
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from assistant.providers.offline.functions.arithmetic import ARITHMETIC_RULES
from assistant.providers.offline.functions.lists import LIST_RULES
from assistant.providers.offline.functions.numbers import NUMBER_RULES
from assistant.providers.offline.functions.request import Example, FunctionRequest
from assistant.providers.offline.functions.rule import Case, Rule
from assistant.providers.offline.functions.sequences import SEQUENCE_RULES
from assistant.providers.offline.functions.spelling import SPELLING_RULES
from assistant.providers.offline.functions.strings import STRING_RULES
from assistant.providers.offline.functions.suits import suits
from assistant.providers.offline.reading.unclear import Unclear

# Below that many facts a rule is tested too thinly, and its types are probably not meant.
LEAST_CASES = 3
RULES: tuple[Rule, ...] = (
    *ARITHMETIC_RULES,
    *NUMBER_RULES,
    *STRING_RULES,
    *SPELLING_RULES,
    *SEQUENCE_RULES,
    *LIST_RULES,
)


@dataclass(frozen=True, slots=True)
class PureFunction:
    """A requested function and the rule that fulfils it."""

    request: FunctionRequest
    rule: Rule

    @property
    def cases(self) -> tuple[Case, ...]:
        """Facts about it: the examples that were given first, then those of the rule."""
        given = [Case(e.arguments, e.expected, bool(e.error)) for e in self.request.examples]
        asked = [repr(case.arguments) for case in given]
        further = [c for c in suiting(self.rule, self.request) if repr(c.arguments) not in asked]
        return (*given, *further)


def choose(request: FunctionRequest) -> PureFunction:
    """The one rule that is asked for and holds for every example.

    Raises:
        Unclear: there is none, or more than one.
    """
    words, names = _words(request), _names(request)
    count = len(request.signature.parameters)
    asked = [
        rule
        for rule in RULES
        if rule.function.__code__.co_argcount == count and rule.asked_for(words, names)
    ]
    if not asked:
        raise Unclear("no rule is known for what it says")
    holding = [rule for rule in asked if all(_holds(rule, e) for e in request.examples)]
    if not holding:
        alike = ", ".join(rule.name for rule in asked)
        raise Unclear(f"it sounds like {alike}, but not every example holds for that")
    fitting = [rule for rule in holding if len(suiting(rule, request)) >= LEAST_CASES]
    most = max((len(rule.needs) for rule in fitting), default=0)
    best = [rule for rule in fitting if len(rule.needs) == most]
    if len(best) != 1:
        alike = ", ".join(rule.name for rule in best) or "nothing"
        raise Unclear(f"it could mean {alike}: add an example that tells")
    _check_names(request, best[0])
    return PureFunction(request, best[0])


_TAKEN = frozenset(
    {
        "unittest",
        "main",
        "app",
        "health",
        "os",
        "result",
        "arguments",
        "self",
        "exec",
        "eval",
        "compile",
        "open",
    }
)


def _check_names(request: FunctionRequest, rule: Rule) -> None:
    """Requested names must not hide what the rule's source or the files around it use."""
    signature = request.signature
    outside = set(rule.function.__code__.co_names)
    for name in (signature.name, *signature.parameters):
        if name in outside:
            raise Unclear(f"the name {name} would hide a function that is needed")
        if name.startswith(("_", "model_")) or not name.isascii():
            raise Unclear(f"the name {name} cannot be used in a service")
    if signature.name in _TAKEN:
        raise Unclear(f"a function cannot be called {signature.name}")


def _words(request: FunctionRequest) -> frozenset[str]:
    """The words that are said, the parts of the function's name among them."""
    prose = re.findall(r"[a-z0-9][a-z0-9_'-]*|-1\b|\.\.\.", request.prose.lower())
    parts = {part for part in request.signature.name.lower().split("_") if len(part) > 2}
    return frozenset({word.strip("'-") or word for word in prose} | parts)


def _names(request: FunctionRequest) -> frozenset[str]:
    """Words that may be nothing but names."""
    signature = request.signature
    return frozenset(name.lower() for name in (signature.name, *signature.parameters))


def _holds(rule: Rule, example: Example) -> bool:
    """Whether the rule gives what the example says; the arguments are literals of modest size."""
    whole = [value for value in example.arguments if isinstance(value, int)]
    if any(abs(value) > rule.largest for value in whole):
        raise Unclear(f"{rule.name} of so large a number is not evaluated here")
    try:
        value = rule.function(*deepcopy(example.arguments))
    except (ValueError, ArithmeticError) as error:
        return bool(example.error) and _named(error, example.error)
    except (TypeError, AttributeError, IndexError, KeyError):
        return False
    return not example.error and same(value, example.expected)


def _named(error: Exception, name: str) -> bool:
    return name in {kind.__name__ for kind in type(error).__mro__}


def same(value: Any, expected: Any) -> bool:
    """Equal, and of the same kind; floats within rounding."""
    if isinstance(value, bool) or isinstance(expected, bool):
        return value is expected
    if isinstance(value, (int, float)) and isinstance(expected, (int, float)):
        return math.isclose(value, expected, rel_tol=1e-9, abs_tol=1e-12)
    return type(value) is type(expected) and bool(value == expected)


def suiting(rule: Rule, request: FunctionRequest) -> tuple[Case, ...]:
    """The rule's cases that the requested annotations allow."""
    signature = request.signature
    return tuple(
        case
        for case in rule.cases
        if all(map(suits, signature.annotations, case.arguments))
        and (case.raises or suits(signature.returns, case.expected))
    )
