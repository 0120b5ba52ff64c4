"""Choosing a level by trying it, and the shapes of what is tried."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioner.errors import SandboxUnavailable
from provisioner.sandbox import choose
from provisioner.sandbox.base import Confinement, Limits
from provisioner.sandbox.bwrap import Bubblewrap
from provisioner.sandbox.choose import Unsandboxed, choose_sandbox
from provisioner.sandbox.limited import interpreter_folders


async def test_no_isolation_only_for_who_asks_for_it() -> None:
    assert (await choose_sandbox(unsafe=True)).level == "none"


async def test_the_level_wanted_is_the_one_given(level: str, sandbox: object) -> None:
    assert (await choose_sandbox(wanted=level)).level == level  # type: ignore[arg-type]  # a Level


async def test_a_level_that_does_not_run_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Bubblewrap(program="/nonexistent/bwrap")
    monkeypatch.setattr(choose, "_LADDER", (broken, Bubblewrap(program="/bin/false")))
    monkeypatch.setattr(choose, "_faults", {})
    with pytest.raises(SandboxUnavailable) as caught:
        await choose_sandbox()
    assert any("nonexistent" in line for line in caught.value.evidence)
    assert "--unsafe-no-sandbox" in caught.value.next_step


def test_bubblewrap_gets_a_clean_environment_and_no_folder_but_the_one_given() -> None:
    command = Bubblewrap().confine(
        ["true"], Confinement(folder=Path("/srv/feature")), private=Path("/tmp/private")
    )
    argv = list(command.argv)
    assert argv[0] == "bwrap"
    writable = [argv[i + 1] for i, part in enumerate(argv) if part == "--bind"]
    assert writable == ["/srv/feature"]
    assert "--die-with-parent" in argv
    assert set(command.environment) == {
        *("HOME", "LANG", "PATH", "PYTHONDONTWRITEBYTECODE", "TMPDIR", "TZ")
    }


def test_limits_come_before_the_command_unless_it_sets_its_own() -> None:
    bare = Unsandboxed()
    private = Path("/tmp/private")
    limits = Limits(memory_bytes=5 << 20, processes=7)
    plain = bare.confine(["true"], Confinement(limits), private=private)
    assert "5242880" in " ".join(plain.argv)
    assert plain.argv[-1] == "true"
    own = bare.confine(["true"], Confinement(limits, supervisor=True), private=private)
    assert own.argv == ("true",)


def test_the_interpreter_folders_hold_the_library_and_no_home() -> None:
    import json
    import sys

    folders = interpreter_folders()
    assert any(Path(json.__file__).is_relative_to(folder) for folder in folders)
    assert Path.home() not in folders
    assert Path(sys.prefix) not in folders
