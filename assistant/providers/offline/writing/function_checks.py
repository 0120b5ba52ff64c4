"""test.py and service-test.py of a pure function: its examples and further facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assistant.providers.offline.functions.choice import PureFunction
from assistant.providers.offline.functions.rule import Case
from assistant.providers.offline.writing.http_module import HEALTH_TEST
from assistant.providers.offline.writing.source import bracketed, literal, methods, module

Method = list[str]


def write_function_tests(function: PureFunction) -> str:
    """The whole of test.py."""
    name = function.request.signature.name
    facts = [_test(name, f"case_{number}", case) for number, case in enumerate(function.cases, 1)]
    tests = [*facts, *_untouched(function)]
    head = [
        f'"""What {name} promises: the examples it was asked for with, and its edges."""',
        "",
        "from __future__ import annotations",
        "",
        "import unittest",
        "",
        f"from main import {name}",
    ]
    title = "".join(part.capitalize() for part in name.split("_"))
    test_class = [f"class {title}Test(unittest.TestCase):", *methods(tests)]
    return module([head, test_class, ['if __name__ == "__main__":', "    unittest.main()"]])


def _test(name: str, which: str, case: Case) -> Method:
    call = f"{name}({', '.join(map(literal, case.arguments))})"
    head = f"def test_{which}(self) -> None:"
    if case.raises:
        return [head, "    with self.assertRaises(ValueError):", f"        {call}"]
    check = "assertEqual"
    if isinstance(case.expected, bool):
        check = "assertIs"
    elif isinstance(case.expected, float):
        check = "assertAlmostEqual"
    return [head, *bracketed(f"self.{check}(", [call, literal(case.expected)], ")", 4)]


def _untouched(function: PureFunction) -> Iterator[Method]:
    """Functions of lists leave them as they were."""
    for case in function.cases:
        lists = [argument for argument in case.arguments if isinstance(argument, list) and argument]
        if lists and not case.raises:
            names = [f"argument_{n}" for n, _ in enumerate(case.arguments, 1)]
            yield [
                "def test_leaves_its_arguments_alone(self) -> None:",
                *(
                    f"    {name} = {literal(value)}"
                    for name, value in zip(names, case.arguments, strict=True)
                ),
                f"    {function.request.signature.name}({', '.join(names)})",
                *bracketed(
                    "self.assertEqual(",
                    [f"[{', '.join(names)}]", literal(list(case.arguments))],
                    ")",
                    4,
                ),
            ]
            return


def write_function_service_tests(feature: str, function: PureFunction) -> str:
    """The whole of service-test.py."""
    signature = function.request.signature
    tests: list[Method] = []
    for number, case in enumerate(function.cases, 1):
        body = dict(zip(signature.parameters, case.arguments, strict=True))
        status = 422 if case.raises else 200
        expected = (
            '    self.assertIn("detail", answer.body)'
            if case.raises
            else f"    self.assertEqual(answer.body, {literal({'result': _json(case.expected)})})"
        )
        tests.append(
            [
                f"def test_case_{number}(self) -> None:",
                *bracketed(
                    "answer = self.service.post(",
                    [literal(f"/{signature.name}"), literal(_json(body))],
                    ")",
                    4,
                ),
                f"    self.assertEqual(answer.status, {status})",
                expected,
            ]
        )
    tests.append(
        [
            "def test_wrong_arguments_answer_422(self) -> None:",
            '    for body in ({"unheard_of": 1}, ["no", "object"], "text"):',
            f"        answer = self.service.post({literal(f'/{signature.name}')}, body)",
            "        self.assertEqual(answer.status, 422)",
            '        self.assertIn("detail", answer.body)',
        ]
    )
    head = [
        f'"""The service of {signature.name}, asked over HTTP: `python service-test.py MODE`."""',
        "",
        "from __future__ import annotations",
        "",
        "from service_test_base import ServiceTestCase, main",
    ]
    title = "".join(part.capitalize() for part in signature.name.split("_"))
    return module(
        [
            head,
            HEALTH_TEST.format(feature=literal(feature)),
            [f"class {title}Test(ServiceTestCase):", *methods(tests)],
            ['if __name__ == "__main__":', "    main()"],
        ]
    )


def _json(value: Any) -> Any:
    """The value as JSON brings it back."""
    if isinstance(value, (list, tuple)):
        return [_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _json(item) for key, item in value.items()}
    return value
