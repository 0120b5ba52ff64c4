import dataclasses
def to_dict(o): return dataclasses.asdict(o)
