import random
from main import apply
def test_apply():
    n = random.randint(2, 100)
    expected = [n, n + 1, n + 2]
    seen = []
    def step(x):
        seen.append(x)
        return x + 1 if len(seen) < 99 else expected
    assert apply(step, n, 2) == expected
