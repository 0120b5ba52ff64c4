class Described:
    """What has a code, and says so."""

    code = "E0"

    def describe(self):
        return f"{self.code}: {self}"


class ShopError(Described, Exception):
    code = "E1"

    def __init__(self, text, *, item=None):
        super().__init__(text)
        self.item = item


class OutOfStock(ShopError):
    code = "E2"


class Rejected(Described, ExceptionGroup):
    code = "E3"


def take(stock, item):
    try:
        left = stock[item]
    except KeyError as error:
        raise ShopError(f"no {item}", item=item) from error
    if not left:
        raise OutOfStock(f"{item} is gone", item=item)
    stock[item] = left - 1
    return left - 1


def take_all(stock, items):
    errors = []
    for item in items:
        try:
            take(stock, item)
        except ShopError as error:
            errors.append(error)
    if errors:
        raise Rejected("not all", errors)
