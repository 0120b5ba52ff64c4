import json
import shutil
import zipfile
from pathlib import Path


class Store:
    def __init__(self, root):
        self.root = Path(root)
        self.root.mkdir(parents=True, exist_ok=True)

    def path(self, key):
        if "/" in key or key.startswith("."):
            raise ValueError(f"bad key: {key}")
        return self.root / f"{key}.json"

    def save(self, key, value):
        part = self.path(key).with_suffix(".part")
        part.write_text(json.dumps(value))
        part.replace(self.path(key))
        return self.path(key)

    def load(self, key):
        return json.loads(self.path(key).read_text())

    def keys(self):
        return sorted(p.stem for p in self.root.glob("*.json"))

    def archive(self, target):
        with zipfile.ZipFile(target, "w") as z:
            for key in self.keys():
                z.write(self.path(key), f"{key}.json")
        return Path(target)

    def clear(self):
        shutil.rmtree(self.root)
