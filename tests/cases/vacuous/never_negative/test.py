import pytest

from main import Stack


@pytest.fixture
def stack():
    return Stack()


def test_len(stack):
    stack.push(1)
    assert len(stack) >= 0


def test_bool(stack):
    assert bool(stack) in {True, False}


def test_push_pop(stack):
    stack.push(1)
    stack.push(2)
    popped = stack.pop()
    assert popped is not None


def test_repr(stack):
    assert isinstance(repr(stack), str)
    assert isinstance(str(stack), str)
