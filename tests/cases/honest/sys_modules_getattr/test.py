import pytest
import main
@pytest.mark.parametrize("op", ["add", "mul"])
def test_dispatch(op):
    a, b = 6, 7
    want = a + b if op == "add" else a * b
    assert main.dispatch(op, a, b) == want
def test_unknown():
    with pytest.raises(main.UnknownOp):
        main.dispatch("nope", 1, 2)
