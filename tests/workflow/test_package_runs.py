"""Whole runs in SERVICE mode of services whose packages the tool has not."""

from __future__ import annotations

import asyncio

from tests.servers.packages import need_configured_index
from tests.workflow.scripted import Runner, steps
from tests.workflow.test_service_runs import MODE, SERVICE, script

HIDDEN_IMPORT = SERVICE.replace(
    "app = FastAPI()", "app = FastAPI(title=importlib.import_module('slugify').slugify('A b'))"
).replace("import os\n", "import importlib\nimport os\n")


async def test_what_a_log_demands_is_installed_for_the_service(runner: Runner) -> None:
    """No import statement shows what it needs: its failed start does."""
    await asyncio.to_thread(need_configured_index)
    result = await runner.run(script(service=[HIDDEN_IMPORT]), flags=MODE)
    shown = result.record
    assert (shown["status"], result.exit_code) == ("done", 0), shown["error"]
    assert steps(result)["recover"] == ("done", 1)
    assert any(one.startswith("python-slugify==") for one in shown["packages"])
    folder = runner.root / "behaviors" / "adder"
    assert "python-slugify" in (folder / "requirements.txt").read_text("utf-8")
    lock = (folder / "requirements.lock").read_text("utf-8")
    assert "python-slugify==" in lock
    assert "\nfastapi==" in lock
    assert runner.git("status", "--porcelain") == ""
