import copy
import pickle
from dataclasses import dataclass
from main import clone, roundtrip
@dataclass
class Node:
    name: str
    kids: list
def test_roundtrip():
    n = Node("a", [Node("b", [])])
    m = roundtrip(n)
    assert m == n and m is not n
    assert pickle.loads(pickle.dumps(n)) == n
def test_clone():
    n = Node("x", [1])
    c = clone(n)
    c.kids.append(2)
    assert n.kids == [1]
    assert c.kids == [1, 2]
