from main import *

assert celsius(212) == 100
assert celsius(32) == 0
assert celsius(0) == -17.78
assert kelvin(0) == 273.15
assert kelvin(ABSOLUTE_ZERO) == 0

try:
    kelvin(-300)
except ValueError as e:
    assert "zero" in str(e)
else:
    raise AssertionError("no ValueError for -300")

try:
    _check
except NameError:
    pass
else:
    assert False, "_check should not be exported"

print("all good")
