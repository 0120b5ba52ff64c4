import importlib
import sys
import main as m
assert m.bump() == 1
assert m.bump() == 2
m2 = importlib.reload(m)
assert m2 is m
assert m.bump() == 1
del sys.modules["main"]
fresh = importlib.import_module("main")
assert fresh is not m
assert fresh.bump() == 1
assert m.COUNT == 1
print("done")
