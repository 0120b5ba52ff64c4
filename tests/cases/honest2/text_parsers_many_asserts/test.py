from datetime import timedelta
from main import as_delta, duration, query, size

# durations
assert duration("5s") == 5
assert duration("1m30s") == 90
assert duration(" 2H ") == 7200
assert duration("1w 1d") == 691200
assert as_delta("1d12h") == timedelta(days=1, hours=12)

# sizes
for text, n in [("10", 10), ("1k", 1024), ("1.5 MB", 1572864), ("2GiB", 2 ** 31), ("0b", 0)]:
    assert size(text) == n, f"size({text!r}) gave {size(text)}"

# queries
assert query("?a=1&b=&a=2") == {"a": ["1", "2"], "b": ""}
assert query("") == {}
assert query("x") == {"x": ""}

# errors
for f, bad in [(duration, ""), (duration, "5"), (duration, "5x"), (size, "k"), (size, "1 tb"), (size, "-1")]:
    try:
        value = f(bad)
    except ValueError:
        continue
    raise AssertionError(f"{f.__name__}({bad!r}) gave {value!r}, not a ValueError")

if __name__ == "__main__":
    print("OK")
