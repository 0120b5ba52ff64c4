import argparse, sys


def build():
    p = argparse.ArgumentParser(prog="calc")
    p.add_argument("op", choices=["add", "mul"])
    p.add_argument("n", type=int, nargs="+")
    p.add_argument("--verbose", action="store_true")
    return p


def main(argv=None):
    a = build().parse_args(argv)
    r = sum(a.n) if a.op == "add" else __import__("math").prod(a.n)
    print(f"result={r}" if a.verbose else r)
    return 0


if __name__ == "__main__":
    sys.exit(main())
