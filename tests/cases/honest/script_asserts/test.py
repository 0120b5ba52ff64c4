from main import is_prime, primes

assert is_prime(2)
assert not is_prime(1)
assert primes(10) == [2, 3, 5, 7]
for n, expected in ((4, False), (13, True), (25, False)):
    assert is_prime(n) is expected, f"{n} should be {expected}"
try:
    primes("x")
    assert False, "should have raised"
except TypeError:
    pass
if primes(3) != [2]:
    raise AssertionError("wrong primes")
print("all good")
