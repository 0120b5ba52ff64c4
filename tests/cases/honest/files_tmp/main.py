import csv, json, os
from pathlib import Path


def save(path, rows):
    with open(path, "w", newline="") as f:
        w = csv.writer(f)
        w.writerows(rows)


def load(path):
    with open(path, newline="") as f:
        return [r for r in csv.reader(f)]


def word_count(path):
    return len(Path(path).read_text(encoding="utf-8").split())


def config(path):
    p = Path(path)
    if not p.exists():
        raise FileNotFoundError(f"no config at {p}")
    return json.loads(p.read_text())
