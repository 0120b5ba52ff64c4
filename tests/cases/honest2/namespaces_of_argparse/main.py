import argparse
import os
import sys

__version__ = "2.1"


def positive(text):
    n = int(text)
    if n <= 0:
        raise argparse.ArgumentTypeError(f"{n} is not positive")
    return n


def build_parser():
    p = argparse.ArgumentParser(prog="todo", description="A todo list.")
    p.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    p.add_argument("-v", "--verbose", action="count", default=0)
    sub = p.add_subparsers(dest="command", required=True)
    add = sub.add_parser("add")
    add.add_argument("text", nargs="+")
    add.add_argument("--priority", type=positive, default=1)
    add.add_argument("--tag", action="append", default=[])
    ls = sub.add_parser("list")
    ls.add_argument("--format", choices=["plain", "csv"], default=os.environ.get("TODO_FORMAT", "plain"))
    return p


def main(argv=None):
    args = build_parser().parse_args(argv)
    if args.command == "add":
        text = " ".join(args.text)
        print(f"added {text!r} p{args.priority}" + "".join(f" #{t}" for t in args.tag))
        if args.verbose > 1:
            print(vars(args), file=sys.stderr)
        return 0
    items = os.environ.get("TODO_ITEMS", "")
    if not items:
        print("nothing to do", file=sys.stderr)
        return 1
    sep = "," if args.format == "csv" else "\n"
    print(sep.join(items.split(":")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
