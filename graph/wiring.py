"""The only place where real objects are built and put together."""

from __future__ import annotations

import asyncio
import datetime
import json
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from assistant.factory import build_assistant
from graph.checkpoints import open_checkpoints
from graph.deps import Deps
from graph.drive import Compiled, Ending, drive
from graph.entry import Entry, choose_entry, requirements_sha
from graph.events import Emit, Event, RunFinished, RunStarted
from graph.intake import check_order, files_to_keep
from graph.observed import Observed
from graph.order import Order
from graph.plan import planned_steps
from graph.result import RunResult
from graph.state import VERSION, DeploymentState, initial_state
from graph.workflow import topology
from ledger.clock import utc_now
from ledger.database import Ledger, open_ledger
from ledger.lock import FeatureLock
from ledger.process import this_process
from ledger.runs import Run, new_run_id
from provisioner.files import atomic_write
from provisioner.folder import FeatureFolder
from provisioner.git import Repository, open_repository
from provisioner.judge.judge import Judge
from provisioner.sandbox.base import Limits
from provisioner.sandbox.choose import choose_sandbox
from provisioner.services import Services
from provisioner.workspace import Workspace, open_workspace

_REQUIREMENTS = "requirements.md"


def database_url(order_environ: Any, workspace: Workspace) -> str:
    """DATABASE_URL, or the SQLite file beside the runs."""
    url = str(order_environ.get("DATABASE_URL", ""))
    return url or f"sqlite:///{workspace.state_dir / 'ledger.sqlite'}"
