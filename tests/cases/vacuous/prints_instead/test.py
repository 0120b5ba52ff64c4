from main import square

CASES = [(2, 4), (3, 10), (4, 16)]

if __name__ == "__main__":
    for n, wanted in CASES:
        got = square(n)
        status = "PASS" if got == wanted else "FAIL"
        print(f"{status}: square({n}) = {got}, expected {wanted}")
    print("done")
