import sys

GREETING = "hello"


def main(argv):
    print(GREETING, *argv)
    return len(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
