"""--dry-run: the plan, computed from the same parts, without a call or a change."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import AssistantError, NotUnderstood
from assistant.schemas import FUNCTIONS
from graph.errors import ConfigError, FeatureExists, RunNotFound
from graph.plan import GENERATED
from graph.run.preview import preview, preview_lines
from provisioner.errors import RemoteInvalid, SandboxUnavailable, WorkspaceInvalid
from provisioner.sandbox import choose
from provisioner.sandbox.bwrap import Bubblewrap
from tests.unit.graph.samples import request

OPENAI = {"OPENAI_API_KEY": "sk-canary-7f3a", "OPENAI_MODEL": "gpt-4o"}


async def plan(root: Path, mode: str = "SERVICE", **changes: Any) -> dict[str, Any]:
    flags = {"deployment.provision_mode": mode, **changes.pop("flags", {})}
    return await preview(request(root, flags=flags, **{"environ": OPENAI, **changes}))


def tree(root: Path) -> list[Path]:
    return sorted(root.rglob("*"))


async def test_nothing_is_made(repository: Path) -> None:
    before = tree(repository)
    await plan(repository)
    assert tree(repository) == before


async def test_code_mode_asks_for_tests_code_and_a_message(repository: Path) -> None:
    made = await plan(repository, "CODE")
    assert [prompt["function"] for prompt in made["prompts"]] == [
        "generate_test_code",
        "generate_main_code",
        "generate_test_code",
        "review_code",
        "create_commit_message",
    ]
    assert made["calls"]["min"] == 4, "tests are strengthened only where they are weak"
    assert "generate_service" in made["skipped"]


async def test_service_mode_names_every_file_command_and_function(
    repository: Path, tmp_path: Path
) -> None:
    remote(repository, tmp_path)
    made = await plan(repository)
    names = {Path(path).name for path in made["files"]}
    assert names >= {"test.py", "main.py", "service.py", "service-test.py", "Dockerfile"}
    assert all(path.startswith("behaviors/orders/") for path in made["files"])
    assert set(made["files"].values()) == {"write"}
    assert set(made["commands"]) == set(made["steps"]) - {"scaffold", "review"}
    assert all(prompt["function"] in FUNCTIONS for prompt in made["prompts"])
    assert made["skipped"] == ["container_tests", "await_ci"]


async def test_what_a_run_would_refuse_is_refused(repository: Path) -> None:
    file = repository / "behaviors" / "orders" / "main.py"
    file.parent.mkdir(parents=True)
    file.write_text("x = 1\n")
    with pytest.raises(FeatureExists, match=r"main\.py exists already") as caught:
        await plan(repository)
    assert "--no-regenerate" in caught.value.next_step
    with pytest.raises(FeatureExists, match="changes that no commit holds"):
        await plan(repository, flags={"deployment.regenerate_main": True})
    with pytest.raises(RunNotFound, match="no failed or unfinished run"):
        await plan(repository, recovery=True)


async def test_files_that_are_there_are_reported(repository: Path) -> None:
    file = repository / "behaviors" / "orders" / "main.py"
    file.parent.mkdir(parents=True)
    file.write_text("x = 1\n")
    subprocess.run(["git", "-C", str(repository), "add", "."], check=True)
    subprocess.run(["git", "-C", str(repository), "commit", "--quiet", "-m", "x"], check=True)
    anew = await plan(repository, flags={"deployment.regenerate_main": True})
    assert anew["files"]["behaviors/orders/main.py"] == "replace"
    kept = await plan(repository, flags={"deployment.regenerate_main": False})
    assert kept["files"]["behaviors/orders/main.py"] == "exists"


async def test_the_lock_of_the_packages_is_among_the_files(repository: Path) -> None:
    made = await plan(repository)
    assert made["files"]["behaviors/orders/requirements.lock"] == "write"
    without = await plan(repository, "CODE")
    assert "behaviors/orders/requirements.lock" not in without["files"], "it needs no package yet"


async def test_no_push_is_planned_without_a_remote(repository: Path) -> None:
    made = await plan(repository)
    assert not {"push", "await_ci"} & set(made["steps"])
    assert made["notes"] == ["push is skipped: there is no remote"]
    assert "note: push is skipped: there is no remote" in list(preview_lines(made))


async def test_no_watch_is_planned_without_a_token(repository: Path, tmp_path: Path) -> None:
    remote(repository, tmp_path)
    made = await plan(repository)
    assert "push" in made["steps"]
    assert "await_ci" in made["skipped"]
    assert made["notes"][0].startswith("await_ci is skipped: the remote is not on GitHub")


async def test_a_run_without_isolation_is_refused_where_none_works(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choose, "_LADDER", (Bubblewrap(program="/nonexistent/bwrap"),))
    monkeypatch.setattr(choose, "_faults", {})
    with pytest.raises(SandboxUnavailable):
        await plan(repository)
    assert await plan(repository, flags={"limits.unsafe_no_sandbox": True})


def remote(repository: Path, tmp_path: Path) -> None:
    """Give a repository a remote that is a folder."""
    place = str(tmp_path / "remote.git")
    subprocess.run(["git", "init", "--quiet", "--bare", place], check=True)
    subprocess.run(["git", "-C", str(repository), "remote", "add", "origin", place], check=True)


async def test_the_range_of_calls_follows_the_limits(repository: Path) -> None:
    flags = {"deployment.max_retries": 0, "assistant.repairs": 0}
    made = await plan(repository, flags=flags)
    assert made["calls"] == {"min": 6, "max": 9}
    more = await plan(repository, flags={"deployment.max_retries": 1, "assistant.repairs": 0})
    assert more["calls"] == {"min": 6, "max": 13}, "four of them are repeated"
    repaired = await plan(repository, flags={"deployment.max_retries": 0, "assistant.repairs": 2})
    assert repaired["calls"] == {"min": 6, "max": 27}


async def test_prompts_have_sizes_that_grow_with_the_requirements(repository: Path) -> None:
    short, long = (
        await plan(repository),
        await plan(repository, requirements="Orders can be listed. " * 500),
    )
    for before, after in zip(short["prompts"], long["prompts"], strict=True):
        assert 0 < before["tokens"] < after["tokens"]


async def test_a_known_price_gives_a_range_and_an_unknown_one_none(repository: Path) -> None:
    known = await plan(repository)
    assert known["usd_min"] is not None
    assert known["usd_max"] is not None
    assert 0 < known["usd_min"] < known["usd_max"]
    unknown = await plan(repository, environ={**OPENAI, "OPENAI_MODEL": "nobody-knows-me"})
    assert (unknown["usd_min"], unknown["usd_max"]) == (None, None)
    assert any("price" in line and "unknown" in line for line in preview_lines(unknown))


async def test_without_a_key_the_offline_model_is_planned_with_and_costs_nothing(
    repository: Path,
) -> None:
    text = "A note has a title (text). Notes can be created."
    made = await plan(repository, environ={}, requirements=text)
    assert "offline" in made["model"]
    assert "  title  text from 1 to 10000 characters" in made["reading"]
    assert (made["usd_min"], made["usd_max"]) == (0.0, 0.0)


async def test_words_that_the_offline_model_cannot_read_are_refused_beforehand(
    repository: Path,
) -> None:
    with pytest.raises(NotUnderstood):
        await plan(repository, environ={}, requirements="The zoo sings at night, mostly.")


async def test_kept_files_are_not_asked_for(repository: Path) -> None:
    with pytest.raises(ConfigError, match=r"no test\.py"):
        await plan(repository, keep_files=True, requirements=None)
    folder = repository / "behaviors" / "orders"
    folder.mkdir(parents=True)
    for name in GENERATED:
        (folder / name).write_text("print()\n")
    made = await plan(repository, keep_files=True, requirements=None)
    functions = [prompt["function"] for prompt in made["prompts"]]
    assert functions == ["review_code", "create_commit_message"]


async def test_a_message_by_rule_is_not_asked_for(repository: Path) -> None:
    made = await plan(repository, "CODE", flags={"deployment.ai_create_commits": False})
    assert "create_commit_message" not in {prompt["function"] for prompt in made["prompts"]}


async def test_what_is_left_out_is_told_as_skipped(repository: Path) -> None:
    made = await plan(repository, commit=False, push=False)
    assert set(made["skipped"]) == {"container_tests", "commit", "push", "await_ci"}
    assert "commit" not in made["commands"]


async def test_the_json_is_plain_and_holds_what_the_lines_say(repository: Path) -> None:
    made = await plan(repository)
    shown = json.loads(json.dumps(made))
    assert shown["schema"] == 1
    assert shown["dry_run"] is True
    assert shown["calls"] == {"min": made["calls"]["min"], "max": made["calls"]["max"]}
    text = "\n".join(preview_lines(made))
    for word in (*shown["steps"], *shown["files"], *(one["function"] for one in shown["prompts"])):
        assert word in text


async def test_no_key_is_shown(repository: Path) -> None:
    made = await plan(repository)
    assert "canary" not in json.dumps(made) + "\n".join(preview_lines(made))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"requirements": " "}, ConfigError),
        ({"mode": "SSH"}, RemoteInvalid),
        ({"flags": {"deployment.skip_steps": ["generate_main"]}}, ConfigError),
        ({"environ": {"OPENAI_BASE_URL": "no url"}}, AssistantError),
        ({"environ": {}, "flags": {"assistant.allow_offline": "never"}}, AssistantError),
    ],
)
async def test_what_the_run_would_refuse_is_refused(
    repository: Path, changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await plan(repository, **changes)


async def test_a_feature_s_name_that_is_none_is_refused(repository: Path) -> None:
    with pytest.raises(WorkspaceInvalid):
        await preview(replace(request(repository, environ=OPENAI), feature="../x"))


async def test_a_folder_that_is_no_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceInvalid):
        await plan(tmp_path)
    await plan(tmp_path, commit=False, push=False)


async def test_a_feature_without_requirements_is_refused_as_the_run_would(repository: Path) -> None:
    with pytest.raises(ConfigError, match="--requirements"):
        await plan(repository, requirements=None)


@pytest.mark.parametrize("mode", ["CODE", "SERVICE"])
async def test_the_files_are_those_that_a_run_of_this_mode_lays(
    repository: Path, mode: str
) -> None:
    names = {Path(path).name for path in (await plan(repository, mode))["files"]}
    laid = {"test.py", "main.py", "feature-config.yaml", "requirements.txt"}
    if mode == "CODE":
        assert names == laid
    else:
        assert names > laid
