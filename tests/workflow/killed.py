"""A run in a process of its own that kills itself once its first recovery action is taken, before
that is recorded: ``python -m tests.workflow.killed ROOT CASE``."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from graph.events import Event, StepFinished
from graph.run.execute import run_feature
from tests.workflow.scripted import Runner
from tests.workflow.test_recovery_killed import CASES
from tests.workflow.test_recovery_service import QUICK


def _die_after_the_action(event: Event, *_: Any) -> None:
    if isinstance(event, StepFinished) and event.step == "recover":
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    case = CASES[sys.argv[2]]
    request = Runner(Path(sys.argv[1])).request(flags=QUICK)
    asyncio.run(run_feature(request, _die_after_the_action, assistant=case.before()))
