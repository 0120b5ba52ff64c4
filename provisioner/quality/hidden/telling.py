"""How much a check tells when it is hidden: nothing, if any constant would pass it."""

from __future__ import annotations

import ast

from provisioner.suite.asked import claim_of
from provisioner.suite.parse import Assertion, Test, assertions_of

TELLING = ""
_EMPTY: tuple[object, ...] = (None, True, False, 0, "", b"", [], (), {})


def answer_of(node: Assertion) -> str:
    """The plain answer, such as "None" or "True", that an assertion asks for; TELLING for others.

    Who knows only the visible cases answers all others with one constant, or raises.
    """
    if isinstance(node, ast.With | ast.AsyncWith):
        return "raises"
    claim = claim_of(node)
    if claim is None:
        return TELLING
    try:
        expected = ast.literal_eval(claim[1])
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return TELLING
    return repr(expected) if expected in _EMPTY else TELLING


def answer_of_test(test: Test) -> str:
    """The same for a test: TELLING where one of its assertions is."""
    looking = [one for one in assertions_of(test.node) if looks_at_code(one)]
    answers = [answer_of(assertion) for assertion in looking]
    return TELLING if TELLING in answers else " ".join(answers) or "nothing"


def looks_at_code(node: Assertion) -> bool:
    """Whether an assertion can fail by what main.py does: `assert True` cannot."""
    checked: list[ast.AST] = [node]
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        checked = [*node.value.args, *(keyword.value for keyword in node.value.keywords)]
    return any(isinstance(part, ast.Name) for one in checked for part in ast.walk(one))
