"""Judges the suites of feature folders, each as `check` does, in one process.

`python judge_all.py FOLDER …` runs where the tool is installed; it writes the JSON of each
judgement that is not green, and how many there were of all.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from graph.commands.folder import check_folder


async def main(*folders: str) -> None:
    for folder in folders:
        found = await check_folder(Path(folder), mutation=False, unsafe=False, isolation="prefer")
        if not found.green:
            sys.stdout.write(f"{folder}: {json.dumps(found.to_json())}\n")
    sys.stdout.write(f"{len(folders)} judged\n")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
