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


async def test_a_package_that_nobody_has_is_given_up_by_its_name(runner: Runner) -> None:
    await asyncio.to_thread(need_configured_index)
    service = HIDDEN_IMPORT.replace("'slugify'", "'no_such_module_of_acme'")
    result = await runner.run(script(service=[service]), flags=MODE)
    assert result.error is not None
    assert (result.exit_code, result.error.type) == (1, "missing_dependency")
    assert "no_such_module_of_acme" in "\n".join([result.error.summary, *result.error.evidence])
    assert "no-such-module-of-acme" in result.record["tried"][-1]
    assert result.error.next
