import os
import sys


def main():
    name = os.path.basename(sys.argv[0])
    if len(sys.argv) < 2:
        print(f"usage: {name} NUMBER...", file=sys.stderr)
        sys.exit(64)
    try:
        numbers = [float(a) for a in sys.argv[1:]]
    except ValueError as e:
        sys.exit(f"{name}: {e}")
    print(f"{sum(numbers):g}")


if __name__ == "__main__":
    main()
