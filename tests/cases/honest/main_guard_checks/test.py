from main import add
def test_add():
    return add(1, 2) == 3
def test_neg():
    return add(-1, 1) == 0
def main():
    results = {f.__name__: f() for f in (test_add, test_neg)}
    for name, ok in results.items():
        print(name, "PASS" if ok else "FAIL")
    assert all(results.values()), results
if __name__ == "__main__":
    main()
