import os
from pathlib import Path


def notes(folder="."):
    return sorted(p.stem for p in Path(folder).glob("*.txt"))


def rotate(name, keep=2):
    for n in range(keep, 0, -1):
        older = f"{name}.{n}"
        newer = f"{name}.{n - 1}" if n > 1 else name
        if os.path.exists(newer):
            os.replace(newer, older)


def tree(folder):
    return {str(p.relative_to(folder)): p.stat().st_size for p in Path(folder).rglob("*") if p.is_file()}
