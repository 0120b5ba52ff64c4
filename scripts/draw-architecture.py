"""Draw docs/architecture.md's pictures from the code: packages, workflow, and the reading list.

python scripts/draw-architecture.py           writes them
python scripts/draw-architecture.py --check   compares only; exit code 1 where one is not current
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

from graph.workflow import topology

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "architecture.md"
ROOMS = ("console", "graph", "assistant", "provisioner", "ledger")
MOST_FILES, MOST_LINES = 20, 2_000
_READ = re.compile(r"^(\d+)\. `([\w./-]+)`(?: \(\d+ lines\))?", re.MULTILINE)


def drawn(page: str) -> str:
    """The page with its pictures as the code is now."""
    page = _between(page, "rooms", _rooms())
    page = _between(page, "graph", _workflow())
    return _with_lines(page)


def _between(page: str, name: str, picture: list[str]) -> str:
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->\n"
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    text = "\n".join(["```mermaid", *picture, "```", ""])
    return f"{before}{begin}{text}{end}{after}"


def _rooms() -> list[str]:
    """Each package with its parts, and an arrow where a module of it imports another package."""
    arrows: set[tuple[str, str]] = set()
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for target in {name.partition(".")[0] for name in _imports(path)} - {room}:
                if target in ROOMS:
                    arrows.add((room, target))
    lines = ["graph TD"]
    for room in ROOMS:
        folders = sorted(path.parent.name for path in (ROOT / room).glob("*/__init__.py"))
        parts = " · ".join(name for name in folders if not name.startswith("_"))
        lines.append(f'    {room}["<b>{room}</b><br>{parts}"]')
    lines += [f"    {one} --> {other}" for one, other in sorted(arrows)]
    return lines


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def _workflow() -> list[str]:
    edges = topology().compile().get_graph().edges
    return [
        "graph TD",
        *sorted(
            f"    {_name(edge.source)} {'-.->' if edge.conditional else '-->'} {_name(edge.target)}"
            for edge in edges
        ),
    ]


def _name(node: str) -> str:
    return {"__start__": "START([start])", "__end__": "END([end])"}.get(node, node)


def _with_lines(page: str) -> str:
    """The reading list with each file's lines, and their sum.

    Raises:
        SystemExit: the list is longer than a reader was promised.
    """
    counts: list[int] = []

    def counted(found: re.Match[str]) -> str:
        lines = len((ROOT / found[2]).read_text("utf-8").splitlines())
        counts.append(lines)
        return f"{len(counts)}. `{found[2]}` ({lines} lines)"

    page = _READ.sub(counted, page)
    if len(counts) > MOST_FILES or sum(counts) > MOST_LINES:
        sys.exit(f"the reading list has {len(counts)} files and {sum(counts)} lines")
    total = f"{len(counts)} files, {sum(counts):,} lines"
    return re.sub(r"\d+ files, [\d,]+ lines", total, page, count=1)


def main(arguments: list[str]) -> int:
    page = PAGE.read_text("utf-8")
    current = drawn(page)
    if arguments == ["--check"]:
        return int(current != page)
    PAGE.write_text(current, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
