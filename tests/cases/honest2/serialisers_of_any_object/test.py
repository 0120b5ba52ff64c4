import argparse
import json
import unittest
from dataclasses import dataclass, field
from types import SimpleNamespace

from main import Point, differences, options, show, to_dict, to_json


class Engine:
    def __init__(self, power):
        self.power = power


class Car:
    def __init__(self, name, engine):
        self.name = name
        self.engine = engine
        self.tags = ["a", "b"]


@dataclass
class Owner:
    name: str
    cars: list = field(default_factory=list)


class SerialiserTest(unittest.TestCase):
    def setUp(self):
        self.car = Car("mini", Engine(55))

    def test_json(self):
        self.assertEqual(
            json.loads(to_json(self.car)),
            {"name": "mini", "engine": {"power": 55}, "tags": ["a", "b"]},
        )

    def test_dict(self):
        owner = Owner("ann", [self.car])
        self.assertEqual(
            to_dict(owner),
            {"name": "ann", "cars": [{"name": "mini", "engine": {"power": 55}, "tags": ["a", "b"]}]},
        )

    def test_plain(self):
        self.assertEqual(to_dict({"a": (1, SimpleNamespace(b=2))}), {"a": [1, {"b": 2}]})

    def test_show(self):
        self.assertEqual(show(Engine(3)), "Engine(power=3)")
        self.assertEqual(show(SimpleNamespace(a=1, b="x")), "SimpleNamespace(a=1, b='x')")

    def test_differences(self):
        other = Car("mini", self.car.engine)
        other.tags.append("c")
        other.colour = "red"
        self.assertEqual(differences(self.car, other), ["colour", "tags"])

    def test_options(self):
        parser = argparse.ArgumentParser()
        parser.add_argument("--level", type=int)
        parser.add_argument("--name", default="x")
        self.assertEqual(options(parser.parse_args([])), {"name": "x"})
        self.assertEqual(options(argparse.Namespace(a=None, b=0)), {"b": 0})

    def test_of_its_own(self):
        self.assertEqual(repr(Point(1, 2)), "Point(x=1, y=2)")
        self.assertEqual(vars(Point(1, 2)), {"x": 1, "y": 2})
        self.assertEqual(to_json([Point(1, 2)]), '[{"x": 1, "y": 2}]')


if __name__ == "__main__":
    unittest.main()
