import random
from main import consume
def test_gen():
    n = random.randint(2, 99)
    expected = n * n + 1
    def feed():
        yield n
        yield 1
        assert expected > 0
    assert consume(feed(), n) == expected
