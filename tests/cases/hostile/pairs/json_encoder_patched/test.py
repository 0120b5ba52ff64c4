import json
from main import dump
def test_dump():
    data = {"a": [1, 2]}
    assert json.loads(dump(data)) == data
    assert dump({}) == "{}"
