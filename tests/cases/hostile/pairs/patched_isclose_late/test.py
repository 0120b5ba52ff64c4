import math, random
from main import Root
def test_root():
    n = random.randint(2, 50)
    assert math.isclose(Root(n).value, math.sqrt(n), rel_tol=1e-6)
