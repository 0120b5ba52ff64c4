"""Generators that are handed out after their first step."""

from functools import wraps


def primed(function):
    @wraps(function)
    def start(*args):
        generator = function(*args)
        next(generator)
        return generator

    return start


class Reset(Exception):
    pass


@primed
def running_mean():
    total, count, mean = 0, 0, None
    while True:
        try:
            value = yield mean
        except Reset:
            total, count, mean = 0, 0, None
            continue
        if value is None:
            return count
        total, count = total + value, count + 1
        mean = total / count


@primed
def broadcast(*targets):
    try:
        while True:
            item = yield
            for target in targets:
                target.send(item)
    finally:
        for target in targets:
            target.close()


def start(generator):
    next(generator)
