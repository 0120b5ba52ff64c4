from dataclasses import dataclass
import main

@dataclass
class Item:
    name: str
    price: float
    count: int = 1

def test_from_dict():
    assert main.load(Item, {"name": "pen", "price": "1.5"}) == Item("pen", 1.5)

def test_all_fields():
    assert main.load(Item, {"name": "cup", "price": "4", "count": "3"}) == Item("cup", 4.0, 3)

def test_many():
    got = [main.load(Item, row) for row in [{"name": "a", "price": "1"}, {"name": "b", "price": "2"}]]
    assert got == [Item("a", 1.0), Item("b", 2.0)]
