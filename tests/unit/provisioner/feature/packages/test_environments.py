"""Environments of packages: found, made once, seen whole or not at all, and read-only."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from provisioner.errors import (
    ModulesConflict,
    RequirementsInvalid,
    SandboxUnavailable,
    Unresolvable,
)
from provisioner.feature.packages.environment import TOOL, Environment, Environments
from provisioner.feature.packages.index import index_settings
from provisioner.feature.packages.lock import Lock, digest_of, lock_of_tool
from provisioner.feature.packages.modules import check_modules
from provisioner.feature.packages.requirements import read_requirements
from provisioner.feature.packages.uv import Uv
from provisioner.sandbox.base import Confinement, Level
from provisioner.sandbox.choose import choose_sandbox
from tests.servers.packages import PackageIndex, sdist, wheel

ONE = Lock({"loud-words": "1.0"})
TWO = Lock({"loud-words": "2.0", "quiet": "1.0"})
_PATIENCE = 60.0  # seconds until a test that hangs fails


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[PackageIndex]:
    for name in ("UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    modules = {"loud_words.py": "WORDS = 'loud'\n"}
    files = [
        wheel("loud-words", "1.0", modules),
        wheel("loud-words", "2.0", modules, requires=["quiet"]),
        wheel("quiet", "1.0", {"quiet.py": ""}),
        sdist("source-only", "1.0"),
    ]
    with PackageIndex(files) as index:
        monkeypatch.setenv("UV_DEFAULT_INDEX", index.url)
        yield index


def imported(environment: Environment, module: str) -> bool:
    """Whether its interpreter finds a module."""
    code = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({module!r}) is None)"
    return not subprocess.run([environment.python, "-I", "-c", code], check=False).returncode


async def test_an_environment_has_what_its_lock_names_and_nothing_else(
    index: PackageIndex, tmp_path: Path
) -> None:
    environments = Environments(tmp_path)
    one, two = await environments.ensure(ONE), await environments.ensure(TWO)
    assert one != two
    assert [imported(one, name) for name in ("loud_words", "quiet", "pydantic")] == [1, 0, 0]
    assert imported(two, "quiet")
    assert environments.find(ONE) == one
    assert all((Path(folder) / "loud_words.py").is_file() for folder in one.packages)


async def test_what_the_tool_has_is_not_installed_again(tmp_path: Path) -> None:
    lock = Lock({"pydantic": version("pydantic")})
    assert await Environments(tmp_path).ensure(lock) == TOOL
    assert list(tmp_path.iterdir()) == []


async def test_parallel_runs_make_one_environment(index: PackageIndex, tmp_path: Path) -> None:
    made = await asyncio.gather(*(Environments(tmp_path).ensure(ONE) for _ in range(4)))
    assert len(set(made)) == 1
    assert index.asked.count("/files/loud_words-1.0-py3-none-any.whl") <= 1
    assert sorted(path.suffix for path in (tmp_path / "environments").iterdir()) == ["", ".lock"]


async def test_two_processes_at_once_make_one_environment(
    index: PackageIndex, tmp_path: Path
) -> None:
    processes = [start(tmp_path) for _ in range(2)]
    said = [process.communicate(timeout=_PATIENCE)[0].strip() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert said[0] == said[1] == str(Environments(tmp_path).place(ONE))


async def test_a_killed_one_leaves_nothing_that_is_taken_for_whole(
    index: PackageIndex, tmp_path: Path
) -> None:
    index.holds = threading.Event()
    process = start(tmp_path)
    assert index.holding.wait(_PATIENCE), "it downloads the wheel"
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=_PATIENCE)
    environments = Environments(tmp_path)
    assert environments.find(ONE) is None
    index.holds.set()
    index.holds = None
    made = await environments.ensure(ONE)
    assert imported(made, "loud_words")


def start(state: Path) -> subprocess.Popen[str]:
    """Make the environment of ONE in a process of its own, which prints its place."""
    code = (
        "import asyncio, json, sys; from pathlib import Path\n"
        "from provisioner.feature.packages.environment import Environments\n"
        "from provisioner.feature.packages.lock import Lock\n"
        "lock = Lock(json.loads(sys.argv[2]))\n"
        "print(asyncio.run(Environments(Path(sys.argv[1])).ensure(lock)).folder)\n"
    )
    argv = [sys.executable, "-c", code, str(state), json.dumps(dict(ONE.pins))]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)


async def test_an_environment_is_made_anew_once_where_that_is_asked(
    index: PackageIndex, tmp_path: Path
) -> None:
    made = await Environments(tmp_path).ensure(ONE)
    assert made.folder is not None
    (made.folder / "spoiled").touch()
    anew = Environments(tmp_path, anew=True)
    assert await anew.ensure(ONE) == made
    assert not (made.folder / "spoiled").exists()
    (made.folder / "mark").touch()
    await anew.ensure(ONE)
    assert (made.folder / "mark").exists()


async def test_unused_environments_are_removed_and_used_ones_are_not(
    index: PackageIndex, tmp_path: Path
) -> None:
    environments = Environments(tmp_path)
    one, two = await environments.ensure(ONE), await environments.ensure(TWO)
    (environments.folder / f"{environments.place(TWO).name}.0a0a.draft").mkdir()
    with subprocess.Popen([two.python, "-c", "input()", str(two.folder)], stdin=-1) as process:
        assert await environments.remove_unused([]) == [one.folder]
        assert environments.find(TWO) == two
        process.kill()
    assert await environments.remove_unused([environments.place(TWO)]) == []
    assert await environments.remove_unused([]) == [two.folder]
    assert list(environments.folder.iterdir()) == []


async def test_no_file_of_an_environment_can_be_written(
    index: PackageIndex, tmp_path: Path
) -> None:
    """Where there is no sandbox; root is bound by no file's mode."""
    folder = (await Environments(tmp_path).ensure(ONE)).folder
    assert folder is not None
    there = [one for one in folder.rglob("*") if one.is_file() and not one.is_symlink()]
    assert there
    assert [one for one in there if one.stat().st_mode & 0o222] == []


@pytest.mark.parametrize("level", ["bwrap", "landlock", "docker"])
async def test_code_in_the_sandbox_reads_its_packages_and_cannot_change_them(
    index: PackageIndex, tmp_path: Path, level: Level
) -> None:
    try:
        sandbox = await choose_sandbox(wanted=level)
    except SandboxUnavailable as missing:
        pytest.skip(f"{missing}; {missing.next_step}")
    environment = await Environments(tmp_path).ensure(ONE)
    code = (
        "import loud_words\nprint(loud_words.WORDS)\n"
        "open(loud_words.__file__, 'a').write('WORDS = 0')\n"
    )
    outcome = await sandbox.run(
        [environment.python, "-I", "-c", code], Confinement(readable=environment.readable)
    )
    assert outcome.stdout == "loud\n", outcome.stderr
    text = Path(environment.packages[0], "loud_words.py").read_text("utf-8")
    assert text == "WORDS = 'loud'\n"
    assert outcome.exit_code == 1


async def test_a_configuration_beside_temporary_files_is_not_obeyed(
    index: PackageIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody may write to the folder for them."""
    (tmp_path / "uv.toml").write_text('[[index]]\nurl = "http://127.0.0.1:9/simple"\n')
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert imported(await Environments(tmp_path / "state").ensure(ONE), "loud_words")


async def test_sources_are_never_built(index: PackageIndex, tmp_path: Path) -> None:
    with pytest.raises(Unresolvable, match="source-only"):
        await Uv().compile("source-only\n", python=Path(sys.executable))
    with pytest.raises(Unresolvable):
        await Environments(tmp_path).ensure(Lock({"source-only": "1.0"}))
    assert not any(name.endswith(".gz") for name in index.downloaded)


async def test_no_code_of_a_package_runs_when_it_is_installed(
    index: PackageIndex, tmp_path: Path
) -> None:
    """An interpreter with `site` runs the lines of .pth files at its start."""
    ran = tmp_path / "ran"
    start = f"import pathlib; pathlib.Path({str(ran)!r}).touch()\n"
    index.files.append(wheel("sneaky", "1.0", {"sneaky.py": "", "sneaky.pth": start}))
    environment = await Environments(tmp_path).ensure(Lock({"sneaky": "1.0"}))
    assert list(Path(environment.packages[0]).glob("__pycache__/sneaky.*.pyc"))
    assert not ran.exists()
    assert imported(environment, "sneaky")
    assert ran.exists(), "it would have been noticed"


async def test_pins_stay_where_they_can_and_newer_releases_can_be_left_out(
    index: PackageIndex,
) -> None:
    python = Path(sys.executable)
    assert await Uv().compile("loud-words\n", python=python) == "loud-words==2.0\nquiet==1.0\n"
    kept = await Uv().compile("loud-words\nquiet\n", python=python, pins=ONE.lines)
    assert kept == "loud-words==1.0\nquiet==1.0\n"
    index.files.append(wheel("quiet", "9.0", {"quiet.py": ""}, uploaded="2026-06-01T00:00:00Z"))
    shutil.rmtree(os.environ["UV_CACHE_DIR"])
    old = await Uv(exclude_newer="2026-01-31").compile("quiet\n", python=python)
    assert old == "quiet==1.0\n"


def test_a_lock_is_read_as_it_is_written() -> None:
    wanted = read_requirements(b"loud-words\n")
    lock = Lock(TWO.pins, digest_of(wanted, "3.11"))
    text = lock.render("requirements.txt", "3.11")
    assert Lock.parse(text) == lock
    lines = [line for line in text.decode().splitlines() if not line.startswith("#")]
    assert lines == ["loud-words==2.0", "quiet==1.0"]


@pytest.mark.parametrize(
    "line", ["x @ https://example.org/x.whl", "--index-url https://example.org", "x>=1", "-e ."]
)
def test_a_lock_of_anything_but_pins_is_refused(line: str) -> None:
    with pytest.raises(RequirementsInvalid, match="line 2") as refused:
        Lock.parse(f"quiet==1.0\n{line}\n".encode())
    assert "delete requirements.lock" in refused.value.next_step


def test_the_tool_s_own_packages_are_a_lock_with_all_that_they_need() -> None:
    lock = lock_of_tool(read_requirements(b"fastapi>=0.115\nuvicorn\n"), "")
    assert lock is not None
    assert {"fastapi", "uvicorn", "pydantic", "starlette", "anyio"} <= lock.pins.keys()
    assert lock.installed_here
    assert lock_of_tool(read_requirements(b"fastapi>=9999\n"), "") is None
    assert lock_of_tool(read_requirements(b"loud-words\n"), "") is None


PIP = "[global]\nindex-url = https://one.example/simple\n[install]\nextra-index-url =\n  {}\n"


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({}, {}),
        ({"PIP_INDEX_URL": "https://a.example/s"}, {"UV_DEFAULT_INDEX": "https://a.example/s"}),
        ({"UV_INDEX_URL": "https://b.example", "PIP_INDEX_URL": "https://a.example"}, {}),
        ({"PIP_FIND_LINKS": "/one /two"}, {"UV_FIND_LINKS": "/one,/two"}),
        ({"PIP_CERT": "/ca.pem", "SSL_CERT_FILE": "/own.pem"}, {}),
    ],
)
def test_uv_is_told_what_pip_is_configured_with(
    tmp_path: Path, environ: dict[str, str], told: dict[str, str]
) -> None:
    nothing = {"HOME": str(tmp_path), "XDG_CONFIG_DIRS": "", "PIP_CONFIG_FILE": "/dev/null"}
    assert index_settings({**nothing, **environ}) == told


def test_pip_s_files_are_read_and_uv_s_own_go_before_them(tmp_path: Path) -> None:
    file = tmp_path / "pip.conf"
    file.write_text(PIP.format("https://two.example/simple\n  https://three.example/simple"))
    environ = {"HOME": str(tmp_path), "PIP_CONFIG_FILE": str(file), "PIP_FIND_LINKS": "/links"}
    told: dict[str, Any] = index_settings(environ)
    assert told["UV_DEFAULT_INDEX"] == "https://one.example/simple"
    assert told["UV_INDEX"] == "https://two.example/simple https://three.example/simple"
    own = tmp_path / ".config" / "uv" / "uv.toml"
    own.parent.mkdir(parents=True)
    own.write_text('index-url = "https://four.example/simple"\n')
    assert index_settings(environ) == {}


@pytest.mark.parametrize(
    ("modules", "said"),
    [
        ({"loud_words.py": ""}, "greedy and loud-words both bring the module loud_words"),
        ({"loud_words/__init__.py": ""}, "both bring the module loud_words"),
        ({"loud_words.abi3.so": ""}, "both bring the module loud_words"),
        (
            {"numpy/__init__.py": "", "greedy.py": ""},
            "greedy brings the module numpy of numpy",
        ),
        ({"numpy/more.py": ""}, "greedy brings the module numpy.more of numpy"),
        (
            {"_pytest/__init__.py": ""},
            "greedy brings the module _pytest of pytest",
        ),
        ({"attr.py": ""}, "greedy brings the module attr of attrs"),
    ],
)
async def test_a_package_that_brings_a_module_of_another_is_refused(
    index: PackageIndex, tmp_path: Path, modules: dict[str, str], said: str
) -> None:
    """What tests import runs in their process, and the judge has numpy and pytest there."""
    index.files.append(wheel("greedy", "1.0", modules))
    environments = Environments(tmp_path)
    lock = Lock({"greedy": "1.0", "loud-words": "1.0"})
    with pytest.raises(ModulesConflict, match=said):
        await environments.ensure(lock)
    assert environments.find(lock) is None
    assert [one.suffix for one in environments.folder.iterdir()] == [".lock"]


def test_all_that_is_installed_with_the_tool_goes_together() -> None:
    for folder in TOOL.packages:
        check_modules(Path(folder))


async def test_packages_that_share_a_folder_or_leave_tests_in_go_together(
    index: PackageIndex, tmp_path: Path
) -> None:
    declared = "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n"
    for name in ("one", "two"):
        shared = {f"google/{name}.py": "", "older/__init__.py": declared, f"older/{name}.py": ""}
        index.files.append(wheel(f"part-{name}", "1.0", {**shared, "tests/__init__.py": name}))
    made = await Environments(tmp_path).ensure(Lock({"part-one": "1.0", "part-two": "1.0"}))
    assert imported(made, "google.one")
    assert imported(made, "google.two")
