import sys
from main import clamp


def run():
    assert clamp(5, 0, 3) == 3
    assert clamp(-5, 0, 3) == 0
    assert clamp(2, 0, 3) == 2


if __name__ == "__main__":
    run()
    print("passed")
    sys.exit(0)
