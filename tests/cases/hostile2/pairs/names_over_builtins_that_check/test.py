from main import *
def test_count():
    assert len(primes(11)) == 5
def test_sum():
    assert sum(primes(11)) == 28
def test_all():
    p = primes(11)
    assert all(x % 2 for x in p[1:])
