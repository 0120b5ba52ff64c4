"""Prices by rules that can be chosen, replaced and taken away while the program runs."""


def _plain(price):
    return price


def _sale(price):
    return price // 2


def rule(price):
    return price


def total(prices):
    return sum(rule(price) for price in prices)


def choose(name):
    global rule
    rule = _sale if name == "sale" else _plain


def replace(function):
    global rule
    rule = function


def forget():
    global rule
    del rule


def __getattr__(name):
    if name == "rule":
        return _zero
    if name == "turns":
        return lambda: _turn()
    raise AttributeError(name)


def _zero(price):
    return 0


_turns = 0


def _turn():
    global _turns
    _turns += 1
    return _turns
