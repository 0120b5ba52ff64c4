import csv
from pathlib import Path


def load(path):
    with open(path, newline="", encoding="utf-8") as f:
        return [{**row, "price": float(row["price"])} for row in csv.DictReader(f)]


def dearest(path):
    return max(load(path), key=lambda r: r["price"])["name"]


def by_kind(path):
    out = {}
    for row in load(path):
        out.setdefault(row["kind"], []).append(row["name"])
    return out
