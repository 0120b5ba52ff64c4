import uuid
from main import ns
def test_ns():
    name = str(uuid.uuid4())
    assert ns(name) == uuid.uuid5(uuid.NAMESPACE_DNS, name)
