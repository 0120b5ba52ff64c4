"""Judges the suites of feature folders, as a run does: one judge for all of them.

`python judge_all.py FOLDER …` runs where the tool is installed; it writes each judgement that is
not green, and how many there were of all.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from provisioner.judge.folder import read_folder
from provisioner.judge.judge import Judge
from provisioner.sandbox.choose import choose_sandbox


async def main(*folders: str) -> None:
    suites = {folder: read_folder(Path(folder)) for folder in folders}
    async with Judge(await choose_sandbox()) as judge:
        # Those of pytest first: it is slow where it is imported after a suite that does without.
        for folder in sorted(suites, key=lambda one: b"pytest" not in suites[one][0]):
            judgement = await judge.judge(*suites[folder], vacuity=True)
            if judgement.verdict != "green":
                sys.stdout.write(f"{folder}: {judgement}\n")
    sys.stdout.write(f"{len(folders)} judged\n")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
