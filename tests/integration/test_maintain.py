"""maintain: a change of which models are asked, or of the tool, stays only where it works."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from graph.config.models import DeploymentConfig
from graph.errors import MaintenanceRefused
from graph.maintenance.allowed import check_paths
from tests.integration.command import Command, Ended
from tests.integration.test_providers_config import BUNDLED
from tests.servers.speech import speak
from tests.servers.wire import Answer, ModelServer, Seen

GOOD: dict[str, Any] = {"issues": [], "summary": "It asks another model."}
ISSUE = {
    "severity": "minor", "category": "security", "file": "models.yaml", "line": 4,
    "description": "an unknown model",
}  # fmt: skip
RENAMED = BUNDLED.replace("gpt-6.1-terra", '"new-terra"')


def provider(review: dict[str, Any] = GOOD, models: tuple[str, ...] = ()) -> ModelServer:
    """A server that names its models, and reviews as it is told to."""
    listed = {"data": [{"id": name} for name in models or ("new-terra", "gpt-6-luna")]}

    def answer(seen: Seen) -> Answer:
        if seen.format == "models":
            return Answer(chunks=(json.dumps(listed).encode(),))
        return speak(seen, review)

    return ModelServer(answer)


@pytest.fixture
def models(tool: Command) -> Path:
    """A models.yaml of the workspace's own."""
    (tool.root / "deployment.yaml").write_text("assistant:\n  models_file: models.yaml\n")
    file = tool.root / "models.yaml"
    file.write_text(BUNDLED)
    return file


def maintain(tool: Command, server: ModelServer, *arguments: str, stdin: str = "") -> Ended:
    return tool.run(
        "maintain", *arguments, stdin=stdin, OPENAI_API_KEY="k" * 20,
        OPENAI_BASE_URL=f"{server.url}/v1",
    )  # fmt: skip


def test_a_model_that_is_gone_is_replaced_by_one_that_the_provider_has(
    tool: Command, models: Path
) -> None:
    with provider() as server:
        ended = maintain(tool, server, "--model", "openai.standard=new-terra", "--yes", "--json")
    assert ended.exit_code == 0, ended.stderr
    assert ended.result["changed"] == ["models.yaml"]
    assert models.read_text() == RENAMED
    assert "(maintenance)" in tool.run("runs").stdout


@pytest.mark.parametrize(
    ("review", "listed", "said"),
    [
        (GOOD, ("other",), "taken back, since openai has no model new-terra"),
        ({**GOOD, "issues": [ISSUE]}, (), "the review has issues with the change"),
    ],
)
def test_a_change_that_is_not_good_does_not_stay(
    tool: Command, models: Path, review: dict[str, Any], listed: tuple[str, ...], said: str
) -> None:
    with provider(review, listed) as server:
        ended = maintain(tool, server, "--model", "openai.standard=new-terra", "--yes")
    assert ended.exit_code == 1, ended.said
    assert said in ended.stderr
    assert models.read_text() == BUNDLED
    assert not (tool.root / ".ai-deploy" / "maintenance.json").exists()


def test_nothing_changes_without_an_approval(tool: Command, models: Path) -> None:
    with provider() as server:
        ended = maintain(tool, server, "--model", "openai.standard=new-terra")
        assert not server.requests
    assert ended.exit_code == 3
    assert "new-terra" in ended.stderr
    assert models.read_text() == BUNDLED


def test_the_installed_tool_s_own_file_is_not_changed(tool: Command) -> None:
    with provider() as server:
        ended = maintain(tool, server, "--model", "openai.standard=new-terra", "--yes")
    assert ended.exit_code == 2
    assert "the models.yaml of the installed tool is not changed" in ended.stderr


PATCH = """\
--- a/{path}
+++ b/{path}
@@ -1,2 +1,2 @@
 {first}
-{old}
+{new}
"""


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        (PATCH.format(path="deployment.yaml", first="assistant:", old="  models_file: models.yaml",
                      new="  models_file: nowhere.yaml"), "taken back, since it does not load"),
        (PATCH.format(path="deployment.yaml", first="assistant:", old="  other", new="  allow"),
         "the patch does not apply; nothing was changed"),
        (PATCH.format(path="deployment.yaml", first="assistant:", old="  models_file: models.yaml",
                      new="quality: {}"), "the section assistant alone may change, not quality"),
        (PATCH.format(path="README.md", first="one", old="two", new="three"),
         "provider-maintenance may not change README.md"),
        (PATCH.format(path="../out.md", first="one", old="two", new="three"),
         "leads out of the workspace"),
        ("--- a/models.yaml\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n", "does not apply"),
        ("diff --git a/models.yaml b/m\nsimilarity index 100%\n"
         "rename from models.yaml\nrename to m\n",
         "the patch does more than to change files: rename"),
        ("no patch at all", "does not apply"),
    ],
)  # fmt: skip
def test_a_patch_applies_whole_to_what_may_change_or_not_at_all(
    tool: Command, models: Path, patch: str, said: str
) -> None:
    (tool.root / "README.md").write_text("one\ntwo\n")
    before = (tool.root / "deployment.yaml").read_text()
    with provider() as server:
        ended = maintain(tool, server, "-", "--yes", stdin=patch)
    assert ended.exit_code != 0
    assert said in ended.stderr
    assert (tool.root / "deployment.yaml").read_text() == before
    assert (tool.root / "README.md").read_text() == "one\ntwo\n"
    assert models.read_text() == BUNDLED


@pytest.fixture
def clone(tool: Command) -> Command:
    """A small clone of the tool itself, with a test of its own."""
    for path, text in {
        "pyproject.toml": '[project]\nname = "ai-assisted-deploy"\n',
        "assistant/models.yaml": BUNDLED,
        "graph/__init__.py": "",
        "graph/plan.py": "LIMIT = 2\nNAME = 'plan'\n",
        "tests/unit/test_plan.py": "from graph.plan import LIMIT\ndef test(): assert LIMIT < 9\n",
    }.items():
        file = tool.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tool


@pytest.mark.parametrize(("new", "code"), [("LIMIT = 3", 0), ("LIMIT = 9", 1)])
def test_the_tool_s_code_changes_only_where_its_own_tests_pass(
    clone: Command, new: str, code: int
) -> None:
    change = f"@@ -1,2 +1,2 @@\n-LIMIT = 2\n+{new}\n NAME = 'plan'\n"
    patch = f"--- a/graph/plan.py\n+++ b/graph/plan.py\n{change}"
    with provider() as server:
        ended = maintain(clone, server, "-", "--category", "core-bugfix", "--yes", stdin=patch)
    assert ended.exit_code == code, ended.said
    kept = (clone.root / "graph" / "plan.py").read_text()
    assert kept.startswith(new if code == 0 else "LIMIT = 2")
    assert code == 0 or "own tests fail" in ended.stderr


@pytest.mark.parametrize(
    ("category", "path", "bootstrap", "allowed"),
    [
        ("core-bugfix", "graph/plan.py", False, True),
        ("core-bugfix", "tests/unit/test_plan.py", False, False),
        ("core-bugfix", "provisioner/judge/judge.py", False, False),
        ("core-bugfix", "provisioner/judge/judge.py", True, True),
        ("core-bugfix", "graph/maintenance/allowed.py", False, False),
        ("core-bugfix", "LICENSE", True, False),
        ("provider-maintenance", "assistant/models.yaml", False, True),
        ("provider-maintenance", "graph/plan.py", False, False),
        ("code", "graph/plan.py", False, False),
        ("code", "assistant/models.yaml", True, False),
        ("tests", "tests/unit/test_plan.py", True, False),
    ],
)
def test_only_maintenance_may_change_the_tool_and_what_starts_it_only_on_a_word(
    clone: Command, category: str, path: str, bootstrap: bool, allowed: bool
) -> None:
    def check() -> None:
        check_paths([path], clone.root, category, DeploymentConfig(), bootstrap=bootstrap)

    if allowed:
        check()
    else:
        with pytest.raises(MaintenanceRefused):
            check()


def test_a_change_whose_trial_was_killed_is_taken_back_at_the_next(
    tool: Command, models: Path
) -> None:
    with provider() as server:
        maintain(tool, server, "--model", "openai.standard=new-terra", "--yes")
        state = tool.root / ".ai-deploy" / "maintenance.json"
        state.write_text(json.dumps({
            "before": {"models.yaml": base64.b64encode(BUNDLED.encode()).decode()},
            "paths": ["models.yaml", "left.yaml"],
        }))  # fmt: skip
        (tool.root / "left.yaml").write_text("half")
        ended = maintain(tool, server, "-", "--yes", stdin="no patch at all")
    assert ended.exit_code != 0
    assert models.read_text() == BUNDLED
    assert not (tool.root / "left.yaml").exists()
    assert not state.exists()
