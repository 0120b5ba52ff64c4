import pytest
from main import Stack
@pytest.fixture
def stack():
    s = Stack()
    s.push(1)
    return s
def test_pop(stack):
    assert stack.pop() == 1
    assert stack.size == 0
def test_peek(stack):
    assert stack.peek() == 1
