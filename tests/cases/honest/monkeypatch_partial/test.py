import functools, itertools, random, time
import main
time.time = functools.partial(next, itertools.count(100))
random.random = iter([0.1, 0.9, 0.5]).__next__
assert main.stamp() == 100
assert main.stamp() == 101
assert main.coin() == "heads"
assert main.coin() == "tails"
