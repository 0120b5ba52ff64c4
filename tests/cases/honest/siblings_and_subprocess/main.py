import argparse
import json
import sys

from pricing import price


def total(cart):
    return sum(price(name) * count for name, count in cart.items())


def cli(argv=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("cart")
    args = parser.parse_args(argv)
    print(json.dumps({"total": total(json.loads(args.cart))}))
    return 0


if __name__ == "__main__":
    sys.exit(cli())
