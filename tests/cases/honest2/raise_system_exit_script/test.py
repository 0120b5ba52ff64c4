from main import luhn


def main():
    good = ["4539 1488 0343 6467", "0", "79927398713"]
    bad = ["8273 1232 7352 0569", "79927398710", ""]
    for n in good:
        if not luhn(n):
            print("should be valid:", n)
            return 1
    for n in bad:
        if luhn(n):
            print("should be invalid:", n)
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
