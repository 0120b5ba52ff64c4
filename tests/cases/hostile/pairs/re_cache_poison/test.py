import re, random
from main import tag
def test_tag():
    n = random.randint(1, 99)
    assert re.fullmatch(r"<b>\d+</b>", tag(n))
    assert str(n) in tag(n)
