from main import primes


def test_primes():
    results = primes(10)
    assert results


def test_lazy_checks():
    checks = (p == 4 for p in primes(10))
    assert checks is not None


def test_iterable():
    assert hasattr(primes(5), "__iter__")
