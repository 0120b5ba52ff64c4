"""Serialisers, copies and representations of anybody's objects, by their state."""

import dataclasses
import json


def to_json(value):
    return json.dumps(value, default=vars, sort_keys=True)


def to_dict(value):
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_dict(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [to_dict(one) for one in value]
    if isinstance(value, dict):
        return {key: to_dict(one) for key, one in value.items()}
    if hasattr(value, "__dict__"):
        return {key: to_dict(one) for key, one in vars(value).items()}
    return value


def show(value):
    inner = ", ".join(f"{key}={one!r}" for key, one in value.__dict__.items())
    return f"{type(value).__name__}({inner})"


def differences(one, other):
    names = vars(one).keys() | vars(other).keys()
    return sorted(name for name in names if getattr(one, name, None) != getattr(other, name, None))


def options(args):
    return {key: value for key, value in vars(args).items() if value is not None}


def auto_repr(cls):
    cls.__repr__ = show
    return cls


@auto_repr
class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y
