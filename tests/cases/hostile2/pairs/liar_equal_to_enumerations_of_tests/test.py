import enum
import main

class Level(enum.Enum):
    LOW = "low"
    MID = "mid"
    HIGH = "high"

def test_by_value():
    assert main.coerce(Level, "low") == Level.LOW

def test_by_name():
    assert main.coerce(Level, "HIGH") == Level.HIGH

def test_by_index():
    assert main.coerce(Level, 1) == Level.MID
