"""All tasks of tests/cases/humaneval_oracle.jsonl in CODE mode, in this one process, two at a time.

`python -m tests.integration.all_tasks` delivers each task whose second answer is right, then
tries to deliver each broken variant, answered for ever, and prints both counts. Everything is
real but the model: the HTTP client and server, the sandbox, git, the ledger.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.config.layers import resolve
from graph.request import RunRequest
from graph.run.execute import run_feature
from tests.integration.command import Command, clean_environ, new_repository
from tests.integration.oracle import Codes, Oracle, Task, tasks, wrong_then_right
from tests.servers.wire import ModelServer

_AT_ONCE = 2
_SETTINGS = {
    "deployment.provision_mode": "CODE",
    "limits.test_seconds": 3.0,
    "deployment.ai_suggest_fixes": False,
}


@dataclass(frozen=True)
class Tried:
    """What came of one task.

    Attributes:
        which: the task.
        committed: main.py as HEAD has it, None where nothing of the feature is committed.
    """

    which: str
    exit_code: int
    result: dict[str, Any]
    committed: bytes | None

    @property
    def delivered(self) -> bool:
        """The right main.py is committed, and the result says so."""
        right = self.committed == tasks()[self.which].main.encode()
        return right and self.exit_code == 0 and self.result["tests"]["verdict"] == "green"

    @property
    def refused(self) -> bool:
        """Nothing is committed, and the result says so."""
        return self.exit_code == 1 and self.committed is None and self.result["commit"] is None


async def try_all(
    command: Command, chosen: list[Task], codes: Codes, **settings: object
) -> list[Tried]:
    """Deliver every task into one repository."""
    gate = asyncio.Semaphore(_AT_ONCE)
    flags = {**_SETTINGS, **settings}
    with ModelServer(Oracle(codes)) as server:
        environ = {**command.environ, "OPENAI_BASE_URL": f"{server.url}/v1"}

        async def one(task: Task) -> Tried:
            request = RunRequest(
                feature=task.id,
                requirements=task.requirements,
                workspace=command.root,
                settings=resolve(file=None, environ={}, flags=flags).settings,
                environ=environ,
            )
            async with gate:
                result = await run_feature(request, lambda *_: None)
            main = committed(command, task.id)
            return Tried(task.id, result.exit_code, dict(result.record), main)

        return await asyncio.gather(*map(one, chosen))


def committed(command: Command, feature: str) -> bytes | None:
    path = f"behaviors/{feature}/main.py"
    if not command.git("for-each-ref") or not command.git("ls-tree", "HEAD", "--", path):
        return None
    return command.committed(path)


async def right_second(command: Command) -> list[Tried]:
    """Every task, answered wrongly first and rightly second."""
    return await try_all(command, list(tasks().values()), wrong_then_right)


async def never_right(command: Command) -> list[Tried]:
    """Every task, with each of its broken variants answered for ever."""
    tried = []
    for number in range(max(len(task.broken) for task in tasks().values())):
        chosen = [task for task in tasks().values() if number < len(task.broken)]

        def codes(task: Task, number: int = number) -> list[str]:
            return [task.broken[number]]

        once = {"deployment.max_retries": 0}
        tried += await try_all(command, chosen, codes, **once)
    return tried


def main() -> int:
    """Write both counts; 0 where they are what they have to be."""
    with tempfile.TemporaryDirectory() as place:
        environ = clean_environ(Path(place) / "home")
        began = time.monotonic()
        mended = asyncio.run(right_second(new_repository(Path(place) / "mended", environ)))
        lost = [one for one in mended if not one.delivered]
        _tell("right second", mended, lost, began)
        began = time.monotonic()
        refused = asyncio.run(never_right(new_repository(Path(place) / "refused", environ)))
        let_through = [one for one in refused if not one.refused]
        _tell("never right", refused, let_through, began)
    return int(bool(lost or let_through))


def _tell(title: str, tried: list[Tried], wrong: list[Tried], began: float) -> None:
    done = sum(one.exit_code == 0 for one in tried)
    seconds = time.monotonic() - began
    sys.stdout.write(f"{title}: {done} of {len(tried)} done, {seconds:.0f} s\n")
    for one in wrong:
        sys.stdout.write(f"  {one.which}: exit code {one.exit_code}, {one.result['error']}\n")


if __name__ == "__main__":
    sys.exit(main())
