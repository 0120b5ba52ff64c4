"""`make demo`: a real feature by the built-in offline model, tested, committed and served."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = (
    "Create REST API for orders. An order has a customer (text), a quantity (whole number from 1 "
    "to 100) and a status (open, paid, shipped). Orders can be created, fetched, listed, filtered "
    "by status and deleted."
)
TOOL = [sys.executable, "-m", "console.cli"]


def main(folder: str) -> int:
    """Deliver the feature into a fresh repository; gives the command's exit code."""
    repository = Path(folder).absolute()
    _stop_earlier(repository)
    shutil.rmtree(repository, ignore_errors=True)
    subprocess.run(["git", "init", "--quiet", str(repository)], check=True)
    options = ["--requirements", REQUIREMENTS, "--mode", "SERVICE", "--keep", "--no-push"]
    ended = subprocess.run(
        [*TOOL, "--feature", "orders", *options, "--workspace", str(repository)],
        check=False,
        env=_offline(),
    )
    if ended.returncode == 0:
        log = ["git", "-C", str(repository), "--no-pager", "log", "--stat"]
        subprocess.run([*log, "--format=%n%h %s%n%n%b"], check=True)
    return ended.returncode


def _stop_earlier(repository: Path) -> None:
    """The service of an earlier demo ends before its files go."""
    where = ["--workspace", str(repository)]
    if not (repository / ".ai-deploy").is_dir():
        return
    listed = subprocess.run([*TOOL, "runs", "--json", *where], check=False, stdout=subprocess.PIPE)
    if listed.returncode != 0:
        sys.exit(f"a service of an earlier demo may still run; stop it and remove {repository}")
    for run in json.loads(listed.stdout):
        subprocess.run([*TOOL, "stop", run["run_id"], *where], check=False)


def _offline() -> dict[str, str]:
    """The environment without what would make another model answer."""
    vendors = ("OPENAI_", "GLM_", "GOOGLE_", "ANTHROPIC_", "AUTO_DEPLOYER_", "AI_DEPLOY_")
    return {name: value for name, value in os.environ.items() if not name.startswith(vendors)}


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
