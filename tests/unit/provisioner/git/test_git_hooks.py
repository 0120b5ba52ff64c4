"""The repository's hooks run on what would be committed or pushed, and on nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from provisioner.errors import HookRefused
from provisioner.git.hooks import Hooks
from provisioner.git.records import Change, make_change
from provisioner.git.repository import Repository, open_repository
from provisioner.sandbox.base import Sandbox

ORDERS = "behaviors/orders"
FORMATTED = b"x = 1\n"


@pytest.fixture
def sandboxed(bench: Any) -> Sandbox:
    found: Sandbox = bench.sandbox(bench.strongest())
    return found


def hook(checkout: Any, name: str, script: str, folder: str = ".git/hooks") -> Path:
    place: Path = checkout.write(f"{folder}/{name}", f"#!/bin/sh\n{script}\n")
    place.chmod(0o755)
    return place


def change(data: bytes = b"x=1\n", message: str = "feat(orders): add orders") -> Change:
    return make_change(
        folder=ORDERS, files={"main.py": data}, message=message, effect_key="run-1/commit"
    )


async def before_commit(
    checkout: Any, sandbox: Sandbox | None, asked: Change, seconds: float = 60.0
) -> Change:
    repository = await open_repository(checkout.path)
    return await repository.before_commit(hooks(repository, sandbox, seconds), asked, None)


def hooks(repository: Repository, sandbox: Sandbox | None, seconds: float = 60.0) -> Hooks:
    return Hooks(repository.git, sandbox, seconds)


async def test_without_a_hook_nothing_changes(mine: Any, sandboxed: Sandbox) -> None:
    asked = change()
    assert await before_commit(mine, sandboxed, asked) == asked


SEES = f"""\
set -e
test -z "$(git status --porcelain -- README.md)"
test "$(git diff --cached --name-only)" = {ORDERS}/main.py
test "$(cat {ORDERS}/main.py)" = x=1
test "$(cat edited.txt)" = "first edited.txt"
test ! -e new.txt
git log -1 --format=%s | grep -qx first
"""


async def test_a_hook_sees_the_commit_and_not_the_working_tree(
    mine: Any, sandboxed: Sandbox
) -> None:
    hook(mine, "pre-commit", SEES)
    status = mine.git("status", "--porcelain")
    asked = change()
    assert await before_commit(mine, sandboxed, asked) == asked
    assert mine.git("status", "--porcelain") == status


async def test_a_refusal_says_what_the_hook_says(mine: Any, sandboxed: Sandbox) -> None:
    hook(mine, "pre-commit", "echo 'main.py:1: E225 missing whitespace'; exit 1")
    with pytest.raises(HookRefused, match="pre-commit refuses") as caught:
        await before_commit(mine, sandboxed, change())
    assert "main.py:1: E225 missing whitespace" in caught.value.evidence
    assert "git.run_hooks" in caught.value.next_step


@pytest.mark.parametrize("code", [0, 1])
async def test_what_a_formatter_makes_of_a_file_is_given_back(
    mine: Any, sandboxed: Sandbox, code: int
) -> None:
    """pre-commit's formatters end with 1 where they have changed something."""
    hook(mine, "pre-commit", f"sed -i 's/x=1/x = 1/' {ORDERS}/main.py; exit {code}")
    hooked = await before_commit(mine, sandboxed, change())
    assert hooked.files == {"main.py": FORMATTED}


async def test_a_changed_file_outside_of_the_feature_is_not_taken(
    mine: Any, sandboxed: Sandbox
) -> None:
    hook(mine, "pre-commit", "echo more >> README.md; git add README.md")
    asked = change()
    assert await before_commit(mine, sandboxed, asked) == asked
    assert mine.git("diff", "--name-only") == "edited.txt"


async def test_a_hook_that_does_not_end_is_ended(mine: Any, sandboxed: Sandbox) -> None:
    hook(mine, "pre-commit", "sleep 600")
    with pytest.raises(HookRefused, match="did not end within 1 s"):
        await before_commit(mine, sandboxed, change(), seconds=1.0)


@pytest.mark.parametrize(
    "instead",
    [
        f"rm {ORDERS}/main.py && ln -s /etc/passwd {ORDERS}/main.py",
        f"rm -r {ORDERS} && ln -s /etc {ORDERS} && true",
        f"rm {ORDERS}/main.py && mkfifo {ORDERS}/main.py",
        f"rm {ORDERS}/main.py",
        f"head -c 9000000 /dev/zero > {ORDERS}/main.py",
    ],
)
async def test_a_hook_cannot_have_another_file_committed(
    mine: Any, sandboxed: Sandbox, instead: str
) -> None:
    hook(mine, "pre-commit", instead)
    with pytest.raises(HookRefused, match="leaves"):
        await before_commit(mine, sandboxed, change())


async def test_a_hook_in_the_sandbox_finds_no_key(
    mine: Any, sandboxed: Sandbox, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "key").write_text("secret")
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    hook(mine, "pre-commit", f"env; cat {home}/key; cat {mine.path}/.git/config; exit 1")
    with pytest.raises(HookRefused) as caught:
        await before_commit(mine, sandboxed, change())
    said = "\n".join(caught.value.evidence)
    assert "secret" not in said
    assert "[core]" not in said


async def test_without_the_sandbox_a_hook_has_the_users_home(mine: Any, home: Path) -> None:
    (home / "tool").write_text("x = 1\n")
    hook(mine, "pre-commit", f'cp "$HOME/tool" {ORDERS}/main.py')
    assert (await before_commit(mine, None, change())).files == {"main.py": FORMATTED}


async def test_hooks_are_found_where_the_configuration_says(mine: Any, sandboxed: Sandbox) -> None:
    hook(mine, "pre-commit", "exit 1", folder="tools/hooks")
    mine.git("config", "core.hooksPath", "tools/hooks")
    with pytest.raises(HookRefused):
        await before_commit(mine, sandboxed, change())
    (mine.path / "tools/hooks/pre-commit").chmod(0o644)
    asked = change()
    assert await before_commit(mine, sandboxed, asked) == asked


async def test_a_hook_among_generated_code_is_not_run(
    mine: Any, sandboxed: Sandbox, tmp_path: Path
) -> None:
    hook(mine, "pre-commit", f"touch {tmp_path}/ran", folder=f"{ORDERS}/hooks")
    mine.git("config", "core.hooksPath", f"{ORDERS}/hooks")
    for sandbox in (sandboxed, None):
        with pytest.raises(HookRefused, match="where generated code is kept"):
            await before_commit(mine, sandbox, change())
    assert not (tmp_path / "ran").exists()


async def test_what_a_hook_plants_in_its_checkout_is_not_run(
    mine: Any, sandboxed: Sandbox, tmp_path: Path
) -> None:
    """git is not run on the checkout any more: its configuration is the hook's."""
    trap = f"touch {tmp_path}/ran"
    planted = f"printf '[core]\\n\\tfsmonitor = {trap}\\n' >> .git/config"
    hook(mine, "pre-commit", f"{planted}; echo 'x = 1' > {ORDERS}/main.py")
    assert (await before_commit(mine, sandboxed, change())).files == {"main.py": FORMATTED}
    assert not (tmp_path / "ran").exists()


async def test_commit_msg_may_word_the_message(mine: Any, sandboxed: Sandbox) -> None:
    hook(mine, "commit-msg", 'printf "Change-Id: I%s\\n" 1 >> "$1"')
    repository = await open_repository(mine.path)
    hooked = await repository.on_message(hooks(repository, sandboxed), change(), None)
    assert hooked.message.endswith("Effect: run-1/commit\nChange-Id: I1\n")
    made = await repository.commit_folder(hooked)
    assert "Change-Id: I1" in mine.git("log", "-1", "--format=%B")
    assert (await repository.commit_folder(hooked)).sha == made.sha


@pytest.mark.parametrize("script", ['echo "feat: other" > "$1"', 'grep -q JIRA "$1"'])
async def test_commit_msg_may_refuse_and_may_not_hide_the_effect(
    mine: Any, sandboxed: Sandbox, script: str
) -> None:
    hook(mine, "commit-msg", script)
    repository = await open_repository(mine.path)
    with pytest.raises(HookRefused, match="commit-msg"):
        await repository.on_message(hooks(repository, sandboxed), change(), None)


async def test_pre_push_sees_the_commit_and_may_refuse(
    mine: Any, bare: Any, sandboxed: Sandbox
) -> None:
    mine.git("remote", "add", "origin", str(bare.path))
    mine.git("push", "-q", "-u", "origin", "main")
    repository = await open_repository(mine.path)
    made = await repository.commit_folder(change())
    named = 'test "$(git remote get-url "$1")" = "$2"'
    said = 'echo "$1 $ref $sha $old"; exit 1'
    hook(mine, "pre-push", f"read ref sha there old; test -f {ORDERS}/main.py && {named} && {said}")
    with pytest.raises(HookRefused, match="pre-push") as caught:
        await repository.push(made.sha, hooks=hooks(repository, sandboxed))
    assert f"origin refs/heads/main {made.sha} {made.parent}" in caught.value.evidence
    assert bare.git("rev-parse", "main") == made.parent
    hook(mine, "pre-push", "cat > /dev/null")
    pushed = await repository.push(made.sha, hooks=hooks(repository, sandboxed))
    assert pushed is not None
    assert pushed.pushed
