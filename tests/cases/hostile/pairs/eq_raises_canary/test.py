import random
from main import Money, total
def test_total():
    n = random.randint(1, 99)
    assert total([Money(n), Money(2)]) == Money(n + 2)
    assert total([Money(n), Money(2)]) != Money(n + 3)
    assert total([]).cents == 0
