import sys


def main(words):
    if not words:
        print("no words", file=sys.stderr)
        return 1
    for word in sorted(set(words)):
        print(word, words.count(word))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.stdin.read().split()))
