"""Pure functions: a rule is chosen by its words, verified by the examples, delivered as source."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from typing import Any

import pytest

from assistant.errors import NotUnderstood
from assistant.providers.offline.answers import answer
from assistant.providers.offline.functions.choice import RULES, PureFunction, same
from assistant.providers.offline.functions.request import is_function
from assistant.providers.offline.functions.rule import Rule
from assistant.providers.offline.understanding import understood
from assistant.schemas import GenerateMainCode, GenerateTestCode

REQUESTS = {
    "add": "Implement `def add(a: int, b: int) -> int` in main.py. Return the sum of a and b. "
    ">>> add(1, 2) 3",
    "is_palindrome_of_letters": "def is_palindrome(text: str) -> bool:\n    Return whether the "
    "text is a palindrome, ignoring case.\n    >>> is_palindrome('Abba')\n    True",
    "is_palindrome": "Write a function is_palindrome(s) that checks whether a string is a "
    "palindrome. is_palindrome('level') == True",
    "greatest_common_divisor": "Write a function gcd(a, b) that returns the greatest common "
    "divisor of two numbers. gcd(12, 18) returns 6",
    "clamp": "def clamp(value: float, low: float, high: float) -> float: Limit the value to the "
    "range from low to high. clamp(5, 1, 3) -> 3",
    "average": "def mean(values: list[float]) -> float. Return the average of the list. "
    "mean([1,2,3]) == 2.0. mean([]) raises ValueError",
    "average_or_zero": "def mean(values: list[float]) -> float. Return the mean, 0 for an empty "
    "list. mean([]) == 0",
    "fizz_buzz": "def fizzbuzz(n: int) -> str. Return Fizz for multiples of 3, Buzz for multiples "
    "of 5 and FizzBuzz for both, otherwise the number as a string. fizzbuzz(3) == 'Fizz'",
    "slugify": "def slugify(text: str) -> str\nTurn a title into a URL-friendly slug.\n"
    ">>> slugify('Hello World')\n'hello-world'",
    "to_roman": "def to_roman(number: int) -> str. Convert the integer to a Roman numeral. "
    "to_roman(1994) == 'MCMXCIV'",
    "from_roman": "def parse(numeral: str) -> int. Convert a Roman numeral to an integer. "
    "parse('IV') == 4",
    "reverse_string": "def reverse(s: str) -> str. Return the reversed string. >>> reverse('abc') "
    "'cba'",
    "reverse_list": "def reverse(xs: list) -> list. Return the reversed list. reverse([1, 2]) == "
    "[2, 1]",
    "sort_descending": "def order(numbers: list[int]) -> list[int]: Return the numbers sorted in "
    "descending order. order([1,2]) == [2,1]",
    "celsius_to_fahrenheit": "def f(c: float) -> float. Convert degrees Celsius to Fahrenheit. "
    "f(0) == 32.0",
    "fahrenheit_to_celsius": "def f(x: float) -> float. Convert degrees Fahrenheit to Celsius. "
    "f(32) == 0.0",
    "unique": "def dedupe(items: list) -> list. Remove duplicates and keep the order. "
    "dedupe([1,1,2]) returns [1, 2].",
    "is_leap_year": "def is_leap(year: int) -> bool. Return True if the year is a leap year. "
    "is_leap(2000) == True. is_leap(1900) == False.",
    "factorial": "Create a function `fact(n)` which computes the factorial of n. `fact(5)` == 120. "
    "`fact(-1)` raises ValueError.",
    "fibonacci": "def fib(n: int) -> int: return the n-th Fibonacci number. fib(10) == 55",
    "count_vowels": "def count_vowels(text: str) -> int. Count the vowels in the text. "
    "count_vowels('hello') == 2",
    "count_words": "def words(text: str) -> int. Return how many words the text has. "
    "words('a b') => 2",
    "are_anagrams": "def anagram(a: str, b: str) -> bool. Check whether two words are anagrams. "
    "anagram('listen', 'silent') is True",
    "median": "def median(values: list[float]) -> float. Return the median of the values. "
    "median([1, 2, 3, 4]) == 2.5",
    "second_largest": "def second(xs: list[int]) -> int. Return the second largest number. "
    "second([1, 3, 2]) == 2",
    "is_prime": "def is_prime(n: int) -> bool. Check whether n is prime. is_prime(7) == True",
    "chunk": "def chunks(items: list, size: int) -> list. Split the list into chunks of the size. "
    "chunks([1, 2, 3], 2) == [[1, 2], [3]]",
    "larger": "def biggest(a: int, b: int) -> int. Return the larger of two numbers. "
    "biggest(1, 2) == 2",
    "largest": "def biggest(xs: list[int]) -> int. Return the largest number. biggest([1, 2]) == 2",
}
REFUSED = {
    "def f(x: int) -> int. Return the sum of the squares. f(2) == 4": "no rule is known",
    "def add(a, b): Return the sum. add(1, 2) == 4": "not every example holds",
    "def f(n: int) -> bool. Return whether n is not prime. f(4) == True": "no rule is known",
    "def f(n: int) -> int. f(1) == 1. f(2) == 4. f(3) == 9.": "no rule is known",
    "def add(a, b): Return the sum and log it to a file. add(1, 2) == 3": "no rule is known",
    "def sum(xs: list[int]) -> int. Return the sum of the list. sum([1]) == 1": "would hide",
    "def add(a, *b): Return the sum. add(1, 2) == 3": "plain parameters",
    "def add(a, b: Foo): Return the sum. add(1, 2) == 3": "no type that is known",
    "def add(a, b): Return the sum. add(1, 2)": "nothing says what",
    "def add(a, b: Return the sum.": "not closed",
    "def add(a b): Return the sum.": "no signature",
    "def add(a, b): sum.\ndef mul(a, b): product.": "several functions",
    "def add(a=open('x'), b=1): Return the sum.": "no literal",
    "def unittest(a, b): Return the sum of a and b. unittest(1, 2) == 3": "cannot be called",
    "def fact(n): Return the factorial of n. fact(100000) == 1": "so large",
    "def add(_a, b): Return the sum. add(1, 2) == 3": "cannot be used",
}


def chosen(requirements: str) -> PureFunction:
    what = understood({"feature": "f", "requirements": requirements})
    assert isinstance(what, PureFunction)
    return what


@pytest.mark.parametrize(("name", "requirements"), REQUESTS.items())
def test_the_words_and_the_examples_choose_the_rule(name: str, requirements: str) -> None:
    assert chosen(requirements).rule.name == name


@pytest.mark.parametrize(("requirements", "why"), REFUSED.items())
def test_what_no_rule_fulfils_is_refused(requirements: str, why: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        chosen(requirements)
    assert why in refused.value.why
    assert "OPENAI_API_KEY" in refused.value.why


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_fact_of_a_rule_holds(rule: Rule) -> None:
    assert len(rule.cases) >= 3
    for case in rule.cases:
        if case.raises:
            with pytest.raises(ValueError):  # noqa: PT011 the rules promise no more than the class
                rule.function(*case.arguments)
        else:
            assert same(rule.function(*case.arguments), case.expected), case


def test_two_rules_may_not_share_a_name() -> None:
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))


# Runs each suite against main.py, a stub, and a version that returns a constant.
RUNNER = """
import json, sys, types, unittest

def run(tests, code):
    for name, source in (("main", code), ("suite", tests)):
        sys.modules[name] = types.ModuleType(name)
        exec(compile(source, name, "exec"), sys.modules[name].__dict__)
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromModule(sys.modules["suite"]).run(result)
    return [result.testsRun, len(result.failures) + len(result.errors)]

print(json.dumps({
    name: {version: run(tests, code) for version, code in versions.items()}
    for name, (tests, versions) in json.load(sys.stdin).items()
}))
"""


@pytest.fixture(scope="module")
def outcomes() -> dict[str, dict[str, list[int]]]:
    work: dict[str, Any] = {}
    for name, requirements in REQUESTS.items():
        inputs = {"feature": "f", "requirements": requirements}
        tests, main = answer("generate_test_code", inputs), answer("generate_main_code", inputs)
        assert isinstance(tests, GenerateTestCode)
        assert isinstance(main, GenerateMainCode)
        called = chosen(requirements).request.signature.name
        stub = f"def {called}(*_): raise NotImplementedError"
        first = chosen(requirements).cases[0].expected
        constant = f"def {called}(*_): return {first!r}"
        versions = {"right": main.code, "stub": stub, "constant": constant}
        work[name] = (tests.code, versions)
    ran = subprocess.run(
        [sys.executable, "-I", "-c", RUNNER],
        input=json.dumps(work),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, dict[str, list[int]]] = json.loads(ran.stdout)
    return found


@pytest.mark.parametrize("name", REQUESTS)
def test_the_tests_are_green_on_the_rule_and_red_on_a_stub(
    name: str, outcomes: dict[str, dict[str, list[int]]]
) -> None:
    ran, failed = outcomes[name]["right"]
    assert (ran >= 4, failed) == (True, 0)
    assert outcomes[name]["stub"] == [ran, ran]


@pytest.mark.parametrize("name", REQUESTS)
def test_a_constant_does_not_pass_the_tests(
    name: str, outcomes: dict[str, dict[str, list[int]]]
) -> None:
    assert outcomes[name]["constant"][1] >= 1


@pytest.mark.parametrize("name", REQUESTS)
def test_no_value_of_an_example_is_looked_up(name: str) -> None:
    """Delivered is the rule's own source: the examples decide whether, never what."""
    requirements = REQUESTS[name]
    code = answer("generate_main_code", {"feature": "f", "requirements": requirements})
    assert isinstance(code, GenerateMainCode)
    prose = chosen(requirements).request
    for example in prose.examples:
        for node in ast.walk(ast.parse(code.code)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert node.value not in [a for a in example.arguments if len(repr(a)) > 5]


def test_parameters_keep_their_names_defaults_and_types() -> None:
    requirements = (
        "def rotate_by(values: list[int], count: int = 1) -> list[int]. Rotate the list to the "
        "right. rotate_by([1, 2, 3]) == [3, 1, 2]"
    )
    code = answer("generate_main_code", {"feature": "f", "requirements": requirements})
    assert isinstance(code, GenerateMainCode)
    assert "def rotate_by(values: list[int], count: int = 1) -> list[int]:" in code.code
    assert "items[" not in code.code


def test_an_inner_name_gives_way_to_a_parameter() -> None:
    requirements = "def fib(current: int) -> int: the Fibonacci number. fib(10) == 55"
    code = answer("generate_main_code", {"feature": "f", "requirements": requirements})
    assert isinstance(code, GenerateMainCode)
    space: dict[str, Any] = {}
    exec(code.code, space)
    assert [space["fib"](n) for n in range(8)] == [0, 1, 1, 2, 3, 5, 8, 13]


ALONE = {
    "is_prime": "is_prime(n: int) -> bool tells whether n is a prime number. is_prime(8) is False.",
    "slugify": "slugify(text: str) -> str turns a text into a slug. slugify('A b') == 'a-b'",
    "add": "add(a: int, b: int) gives the sum of two whole numbers.",
    "fibonacci": "The n-th Fibonacci number: fib(n: int) -> int. fib(0) == 0, fib(10) == 55",
    "unique": "`unique(items: list[int]) -> list[int]` removes duplicates and keeps the order.",
    "clamp": "clamp(value: float, low: float, high: float) -> float limits a value to a range.",
}


@pytest.mark.parametrize("name", ALONE)
def test_a_signature_may_stand_by_itself(name: str) -> None:
    function = chosen(ALONE[name])
    assert function.rule.name == name
    assert not function.request.signature.returns.endswith(".")


def test_fields_in_brackets_are_no_signature() -> None:
    text = "Create REST API for tasks. A task has a title(text), a priority(low, high) and a day."
    assert not is_function(text)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Function median(numbers) returns the median of a list.", True),
        ("Write slugify(text): spaces become dashes.", True),
        ("Create orders (customer, quantity) and list them.", False),
    ],
)
def test_a_call_behind_a_verb_is_a_function(text: str, asked: bool) -> None:
    assert is_function(text) is asked
