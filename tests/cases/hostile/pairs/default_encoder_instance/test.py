import json, random
from main import Doc
def test_dump():
    n = random.randint(1, 99)
    assert json.loads(Doc(n).dump()) == {"n": n}
