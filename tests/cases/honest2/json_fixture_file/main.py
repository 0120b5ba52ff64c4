import json


class Config:
    def __init__(self, data):
        self._data = data

    @classmethod
    def load(cls, path):
        with open(path) as handle:
            return cls(json.load(handle))

    def get(self, dotted, default=None):
        node = self._data
        for part in dotted.split("."):
            if isinstance(node, list) and part.isdigit():
                node = node[int(part)] if int(part) < len(node) else None
            elif isinstance(node, dict):
                node = node.get(part)
            else:
                return default
            if node is None:
                return default
        return node
