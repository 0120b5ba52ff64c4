import json
import os

from main import Config

HERE = os.path.dirname(os.path.abspath(__file__))
PATH = os.path.join(HERE, "settings.json")


def test_nested():
    config = Config.load(PATH)
    assert config.get("server.host") == "localhost"
    assert config.get("server.ports.1") == 443
    assert config.get("debug") is False


def test_default():
    config = Config.load(PATH)
    assert config.get("server.user", "nobody") == "nobody"
    assert config.get("server.ports.9") is None
    assert config.get("debug.level", 3) == 3


def test_same_as_json():
    with open(PATH) as f:
        whole = json.load(f)
    assert Config.load(PATH).get("server") == whole["server"]
