import json
from datetime import date, datetime
from decimal import Decimal
from enum import Enum


class Level(Enum):
    LOW = "low"
    HIGH = "high"


class Encoder(json.JSONEncoder):
    def default(self, o):
        if isinstance(o, (date, datetime)):
            return o.isoformat()
        if isinstance(o, Decimal):
            return str(o)
        if isinstance(o, Enum):
            return o.value
        if isinstance(o, set):
            return sorted(o)
        return super().default(o)


def dumps(value):
    return json.dumps(value, cls=Encoder, sort_keys=True)
