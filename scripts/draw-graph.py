"""Draws the compiled workflow into docs/architecture.md; --check only compares."""

from __future__ import annotations

import sys
from pathlib import Path

from graph.workflow import topology

PAGE = Path(__file__).resolve().parent.parent / "docs" / "architecture.md"
BEGIN, END = "<!-- graph: begin -->\n", "<!-- graph: end -->\n"


def drawn(page: str) -> str:
    """The page with the picture of the workflow as it is now."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    edges = sorted(
        f"    {_name(edge.source)} {'-.->' if edge.conditional else '-->'} {_name(edge.target)}"
        for edge in topology().compile().get_graph().edges
    )
    picture = "\n".join(["```mermaid", "graph TD", *edges, "```", ""])
    return f"{before}{BEGIN}{picture}{END}{after}"


def _name(node: str) -> str:
    return {"__start__": "START([start])", "__end__": "END([end])"}.get(node, node)


def main(arguments: list[str]) -> int:
    page = PAGE.read_text("utf-8")
    current = drawn(page)
    if arguments == ["--check"]:
        return int(current != page)
    PAGE.write_text(current, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
