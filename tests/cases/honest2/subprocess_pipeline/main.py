"""Counts words of standard input, most frequent first."""
import argparse
import sys
from collections import Counter


def count(text):
    return sorted(Counter(text.lower().split()).items(), key=lambda p: (-p[1], p[0]))


def main(argv=None):
    parser = argparse.ArgumentParser(prog="words")
    parser.add_argument("-n", "--top", type=int, default=3)
    args = parser.parse_args(argv)
    if args.top < 1:
        print("words: --top must be positive", file=sys.stderr)
        return 2
    for word, n in count(sys.stdin.read())[: args.top]:
        print(n, word)
    return 0


if __name__ == "__main__":
    sys.exit(main())
