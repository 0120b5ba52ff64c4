"""`make bench`: every benchmark in one run, its figures beside the goals."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path


def main() -> None:
    for file in sorted(Path(__file__).parent.glob("bench_*.py")):
        print(f"\n== {file.stem.removeprefix('bench_')}", flush=True)
        import_module(f"tests.bench.{file.stem}").main()


if __name__ == "__main__":
    main()
