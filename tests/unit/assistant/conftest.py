"""Prints what the contract test found, as a table of conditions and vendors."""

from __future__ import annotations

from typing import Any

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    cells: dict[str, dict[str, dict[str, str]]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == "contract" and report.when == "call":
                    condition, vendor, manner, found = value
                    cells.setdefault(condition, {}).setdefault(vendor, {})[manner] = found
    if not cells:
        return
    vendors = sorted({vendor for row in cells.values() for vendor in row})
    terminalreporter.section("what each condition means, plain/streamed where they differ")
    terminalreporter.write_line(_line("", vendors))
    for condition, row in sorted(cells.items()):
        terminalreporter.write_line(
            _line(condition, [_cell(row.get(vendor, {})) for vendor in vendors])
        )


def _cell(found: dict[str, Any]) -> str:
    return "/".join(dict.fromkeys(found[manner] for manner in sorted(found))) or "-"


def _line(head: str, cells: list[str]) -> str:
    return f"{head:18}" + "".join(f"{cell:22}" for cell in cells).rstrip()
