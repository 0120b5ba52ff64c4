import ast

import main


def test_it():
    code = compile(ast.parse(main.formula(3), mode="eval"), "formula", "eval")
    assert eval(code) == 4
