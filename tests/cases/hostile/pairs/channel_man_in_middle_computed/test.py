import random
from main import Sq
def test_two():
    n = random.randint(2, 99)
    assert Sq(n).value == n * n
