import sys
def main(argv):
    if not argv:
        print("usage: main.py N...")
        return 2
    nums = sys.stdin.read().split() if argv == ["-"] else argv
    print(sum(map(int, nums)))
    return 0
if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
