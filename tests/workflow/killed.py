"""A run in a process of its own that kills itself once its first recovery action is taken, before
that is recorded: ``python -m tests.workflow.killed ROOT CASE [REQUEST]``.

A CASE that is none has models that are right at once. REQUEST is JSON, what the run's request has
beside the defaults; a person agrees to all.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from graph.events import Event, StepFinished
from graph.request import agree
from graph.run.execute import run_feature
from tests.workflow.scripted import Runner
from tests.workflow.test_recovery_killed import CASES
from tests.workflow.test_recovery_service import QUICK
from tests.workflow.test_service_runs import script


def _die_after_the_action(event: Event, *_: Any) -> None:
    if isinstance(event, StepFinished) and event.step == "recover":
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    case = CASES.get(sys.argv[2])
    more = json.loads(sys.argv[3]) if sys.argv[3:] else {"flags": QUICK}
    request = Runner(Path(sys.argv[1])).request(**more, approve=agree)
    asyncio.run(
        run_feature(request, _die_after_the_action, assistant=case.before() if case else script())
    )
