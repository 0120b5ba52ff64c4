"""Whole runs of features that import packages, against an index of the test's own."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from sysconfig import get_python_version
from typing import Any

import pytest

from ledger.connection import stamp, utc_now
from tests.integration.command import Command, Ended
from tests.integration.oracle import _FIXED as FIXED
from tests.servers.packages import PackageIndex, another_python, need_configured_index, wheel
from tests.servers.speech import speak
from tests.servers.wire import Answer, ModelServer, Seen

SETTINGS = "quality: {mutation: 'off', review: 'off', hidden_tests: false}\n"
TESTS = """\
from main import shout


def test_shout():
    assert shout("hi") == "HI!"


def test_empty():
    assert shout("") == "!"
"""
MAIN = "import {module}\n\n\ndef shout(text):\n    return {module}.louder(text)\n"
LOUDER = "def louder(text):\n    return text.upper() + '!'\n"


@dataclass
class Writer:
    """Writes these tests, and these versions of main.py in turn, the last one again and again."""

    tests: str = TESTS
    mains: Sequence[str] = ()
    declared: Sequence[str] = ()
    asked: Counter[str] = field(default_factory=Counter)

    def __call__(self, seen: Seen) -> Answer:
        function = seen.function if seen.format != "models" else ""
        self.asked[function] += 1
        return speak(seen, self._answer(function) if function else {})

    def _answer(self, function: str) -> dict[str, Any]:
        if function == "generate_test_code":
            return {"code": self.tests, "reasoning": "so"}
        if function == "generate_main_code":
            code = self.mains[min(self.asked[function], len(self.mains)) - 1]
            return {"code": code, "dependencies": list(self.declared), "reasoning": "so"}
        return FIXED[function]


def deliver(command: Command, writer: Writer, *options: str, feature: str = "shouter") -> Ended:
    (command.root / "deployment.yaml").write_text(SETTINGS)
    order = ("--feature", feature, "--requirements", "shout(text) is loud.", "--mode", "CODE")
    with ModelServer(writer) as server:
        return command.run(*order, "--json", *options, OPENAI_BASE_URL=f"{server.url}/v1")


@pytest.fixture
def index() -> Iterator[PackageIndex]:
    with PackageIndex(
        [
            wheel("loud-words", "1.0", {"loud_words.py": LOUDER}),
            wheel("loud-words", "2.0", {"loud_words.py": LOUDER.replace("upper()", "title()")}),
        ]
    ) as index:
        yield index


@pytest.fixture
def offered(tool: Command, index: PackageIndex, tmp_path: Path) -> Command:
    """The command with an index of its own, and an empty cache."""
    own = {"UV_DEFAULT_INDEX": index.url, "UV_CACHE_DIR": str(tmp_path / "cache")}
    own |= {"UV_HTTP_RETRIES": "0", "PIP_CONFIG_FILE": "/dev/null"}
    return replace(tool, environ={**tool.environ, **own})


def test_a_package_that_main_imports_is_installed_and_locked(offered: Command) -> None:
    writer = Writer(mains=[MAIN.format(module="loud_words")], declared=["loud-words<2"])
    ended = deliver(offered, writer)
    assert ended.exit_code == 0, ended.said
    assert ended.result["status"] == "done"
    assert ended.result["packages"] == ["loud-words==1.0"]
    folder = "behaviors/shouter"
    assert b"loud-words<2\n" in offered.committed(f"{folder}/requirements.txt")
    lock = offered.committed(f"{folder}/requirements.lock").decode()
    assert [line for line in lock.splitlines() if not line.startswith("#")] == ["loud-words==1.0"]


def test_two_features_use_two_versions_of_one_package(offered: Command) -> None:
    first = Writer(mains=[MAIN.format(module="loud_words")], declared=["loud-words==1.0"])
    assert deliver(offered, first).exit_code == 0
    titled = TESTS.replace('"HI!"', '"Hi!"')
    other = Writer(titled, mains=[MAIN.format(module="loud_words")], declared=["loud-words==2.0"])
    ended = deliver(offered, other, feature="titled")
    assert ended.exit_code == 0, ended.said
    assert ended.result["packages"] == ["loud-words==2.0"]
    places = offered.root / ".ai-deploy" / "environments"
    assert len([path for path in places.iterdir() if path.is_dir()]) == 2
    for feature in ("shouter", "titled"):
        checked = offered.run("check", f"behaviors/{feature}", "--json")
        assert checked.result["verdict"] == "green", checked.said


def test_what_the_cache_holds_needs_no_index(offered: Command, index: PackageIndex) -> None:
    writer = Writer(mains=[MAIN.format(module="loud_words")], declared=["loud-words==1.0"])
    assert deliver(offered, writer).exit_code == 0
    index.stop()
    shutil.rmtree(offered.root / ".ai-deploy" / "environments")
    assert offered.run("check", "behaviors/shouter", "--json").result["verdict"] == "green"
    again = deliver(offered, writer, feature="again")
    assert again.exit_code == 0, again.said


def test_without_an_index_a_run_says_so_and_goes_on_later(
    offered: Command, index: PackageIndex
) -> None:
    index.stop()
    writer = Writer(mains=[MAIN.format(module="loud_words")], declared=["loud-words==1.0"])
    ended = deliver(offered, writer)
    assert (ended.exit_code, ended.result["status"]) == (1, "paused"), ended.said
    error = ended.result["error"]
    assert error["type"] == "network_error"
    assert "index of packages does not answer" in error["summary"]
    assert "UV_DEFAULT_INDEX" in error["next"]
    with PackageIndex(index.files) as back:
        there = replace(offered, environ={**offered.environ, "UV_DEFAULT_INDEX": back.url})
        resumed = deliver(there, writer)
    assert resumed.exit_code == 0, resumed.said
    assert resumed.result["run_id"] == ended.result["run_id"]
    assert writer.asked["generate_main_code"] == 1, "what was answered is not asked again"


def test_a_name_that_is_nowhere_goes_back_to_its_writer(offered: Command) -> None:
    wrong, right = MAIN.format(module="louder_wordz"), MAIN.format(module="loud_words")
    writer = Writer(mains=[wrong, right], declared=["louder-wordz", "loud-words==1.0"])
    ended = deliver(offered, writer)
    assert ended.exit_code == 0, ended.said
    assert writer.asked["generate_main_code"] == 2
    assert ended.result["packages"] == ["loud-words==1.0"]


def test_a_look_alike_waits_for_an_approval(offered: Command, index: PackageIndex) -> None:
    index.files.append(wheel("reqeusts", "1.0", {"reqeusts.py": LOUDER}))
    writer = Writer(mains=[MAIN.format(module="reqeusts")], declared=["reqeusts"])
    ended = deliver(offered, writer)
    assert ended.exit_code == 3, ended.said
    error = ended.result["error"]
    assert error["type"] == "ApprovalNeeded"
    assert any("resembles requests" in line for line in error["evidence"]), error
    assert not any("reqeusts" in name for name in index.downloaded)
    approved = deliver(offered, writer, "--yes")
    assert approved.exit_code == 0, approved.said
    assert approved.result["packages"] == ["reqeusts==1.0"]


PLUGGED = """\
import asyncio

import pytest
from hypothesis import given, strategies

import main
from helper_for_tests import loud


@pytest.mark.asyncio
async def test_later():
    await asyncio.sleep(0)
    assert main.shout("hi") == loud("hi")


def test_patched(mocker):
    mocker.patch.object(main, "MARK", "?")
    assert main.shout("hi") == "HI?"


@given(strategies.text(alphabet="abc"))
def test_any(text):
    assert main.shout(text) == text.upper() + "!"
"""


def test_plug_ins_come_from_the_tool_and_what_tests_alone_import_is_told_apart(
    offered: Command, index: PackageIndex
) -> None:
    helper = "import pytest\n\n\ndef loud(text):\n    return text.upper() + '!'\n"
    index.files.append(
        wheel("helper-for-tests", "1.0", {"helper_for_tests.py": helper}, requires=["pytest>=7"])
    )
    code = "MARK = '!'\n\n\ndef shout(text):\n    return text.upper() + MARK\n"
    ended = deliver(offered, Writer(PLUGGED, mains=[code]))
    assert ended.exit_code == 0, ended.said
    assert (ended.result["tests"]["passed"], ended.result["tests"]["verdict"]) == (3, "green")
    folder = offered.root / "behaviors" / "shouter"
    assert "helper" not in (folder / "requirements.txt").read_text("utf-8")
    assert not (folder / "requirements.lock").exists()
    lock = (folder / "requirements-test.lock").read_text("utf-8")
    assert "helper-for-tests==1.0\n" in lock
    assert "\npytest==" not in lock
    checked = offered.run("check", str(folder), "--json")
    assert checked.result["verdict"] == "green", checked.said


def test_the_preview_and_clean_tell_what_is_there(offered: Command) -> None:
    writer = Writer(mains=[MAIN.format(module="loud_words")], declared=["loud-words==1.0"])
    order = ("--feature", "shouter", "--mode", "CODE", "--no-regenerate", "--dry-run", "--json")
    assert deliver(offered, writer).exit_code == 0
    assert offered.run(*order).result["packages"] == [
        "1 package of requirements.lock, installed already"
    ]
    kept = offered.run("clean", "--json").result
    assert kept["environments"] == []
    folder = offered.root / "behaviors" / "shouter"
    (folder / "requirements.lock").rename(folder / "elsewhere.lock")
    previewed = offered.run("clean", "--dry-run").stdout
    assert "1 environment of this workspace would be removed" in previewed
    assert "loud_words==1.0" in previewed
    removed = offered.run("clean", "--json").result
    assert [one["what"] for one in removed["environments"]] == ["loud_words==1.0"]
    assert list((offered.root / ".ai-deploy" / "environments").iterdir()) == []
    (folder / "elsewhere.lock").rename(folder / "requirements.lock")
    assert offered.run(*order).result["packages"] == [
        "1 package of requirements.lock, to be installed: loud-words==1.0"
    ]


def test_a_python_that_is_nowhere_is_refused_before_anything_is_asked(offered: Command) -> None:
    folder = offered.root / "behaviors" / "shouter"
    folder.mkdir(parents=True)
    config = folder / "feature-config.yaml"
    config.write_text('feature: shouter\npython: {version: "3.99"}\n')
    writer = Writer(mains=["def shout(text):\n    return text.upper() + '!'\n"])
    ended = deliver(offered, writer)
    error = ended.result["error"]
    assert ended.exit_code == 1, ended.said
    assert "asks for Python 3.99" in error["summary"]
    assert "uv python install 3.99" in error["next"]
    assert writer.asked["generate_test_code"] == 0
    config.write_text(f'feature: shouter\npython: {{version: "{get_python_version()}"}}\n')
    assert deliver(offered, writer).exit_code == 0


VERSIONED = """\
import sys

import main


def test_both_sides_have_one_python():
    assert main.version() == "{version}"
    assert "%d.%d" % sys.version_info[:2] == "{version}"


def test_the_package_is_there():
    assert main.name() == "a-b"
"""
VERSIONS = """\
import sys

from slugify import slugify


def version():
    return "%d.%d" % sys.version_info[:2]


def name():
    return slugify("A b")
"""


def test_a_feature_runs_with_the_python_that_it_asks_for(tool: Command) -> None:
    """With another than the tool's own, where this machine has one."""
    need_configured_index()
    python = another_python()
    version = python.version
    path = f"{tool.environ['PATH']}:{Path(python.path).parent}"
    tool = replace(tool, environ={**tool.environ, "PATH": path})
    folder = tool.root / "behaviors" / "shouter"
    folder.mkdir(parents=True)
    config = f'feature: shouter\npython: {{version: "{version}"}}\n'
    (folder / "feature-config.yaml").write_text(config)
    ended = deliver(tool, Writer(VERSIONED.format(version=version), mains=[VERSIONS]))
    assert ended.exit_code == 0, ended.said
    assert ended.result["tests"]["verdict"] == "green"
    assert any(one.startswith("python-slugify==") for one in ended.result["packages"])
    assert f"for Python {version};" in (folder / "requirements.lock").read_text("utf-8")
    checked = tool.run("check", str(folder), "--mutation", "--json").result
    assert checked["verdict"] == "green"
    assert tool.run("clean", "--json").result["environments"] == [], "they are in use"


def test_a_paused_run_reads_requirements_that_were_mended_meanwhile(
    offered: Command, index: PackageIndex
) -> None:
    index.files.append(wheel("reqeusts", "1.0", {"loud_words.py": LOUDER}))
    folder = offered.root / "behaviors" / "shouter"
    folder.mkdir(parents=True)
    (folder / "requirements.txt").write_text("reqeusts\n")
    writer = Writer(mains=[MAIN.format(module="loud_words")], declared=["loud-words==1.0"])
    paused = deliver(offered, writer)
    assert (paused.exit_code, paused.result["error"]["type"]) == (3, "ApprovalNeeded")
    (folder / "requirements.txt").write_text("loud-words==1.0\n")
    resumed = deliver(offered, writer)
    assert resumed.exit_code == 0, resumed.said
    assert resumed.result["run_id"] == paused.result["run_id"]
    assert resumed.result["packages"] == ["loud-words==1.0"]
    assert "edited meanwhile, read anew: requirements.txt" in resumed.said


def test_a_broken_requirements_file_is_named_and_what_was_there_before_is_taken_again(
    offered: Command,
) -> None:
    writer = Writer(mains=[MAIN.format(module="loud_words")], declared=["loud-words==1.0"])
    assert deliver(offered, writer).exit_code == 0
    requirements = offered.root / "behaviors" / "shouter" / "requirements.txt"
    before = requirements.read_text("utf-8")
    requirements.write_text(f"{before}loud-words==9.9\n")
    order = ("--feature", "shouter", "--mode", "CODE", "--json")
    failed = offered.run(*order, "--no-regenerate")
    error = failed.result["error"]
    assert (failed.exit_code, error["type"]) == (1, "missing_dependency"), failed.said
    assert "main.py is not green" not in error["summary"]
    assert "requirements.txt" in error["next"]
    requirements.write_text(before)
    recovered = offered.run(*order, "--recovery-mode")
    assert recovered.exit_code == 0, recovered.said
    assert recovered.result["tests"]["verdict"] == "green"


def test_requirements_that_were_wrong_are_mended_and_what_was_accepted_is_judged_again(
    offered: Command, index: PackageIndex
) -> None:
    index.stop()
    folder = offered.root / "behaviors" / "shouter"
    writer = Writer(mains=[MAIN.format(module="loud_words")], declared=["loud-words==1.0"])
    assert deliver(offered, writer).result["status"] == "paused"
    requirements = (folder / "requirements.txt").read_text("utf-8")
    (folder / "requirements.txt").write_text(f"{requirements}quiet\n")
    with PackageIndex([*index.files, wheel("quiet", "1.0", {"quiet.py": ""})]) as back:
        there = replace(offered, environ={**offered.environ, "UV_DEFAULT_INDEX": back.url})
        resumed = deliver(there, writer)
    assert resumed.exit_code == 0, resumed.said
    assert resumed.result["packages"] == ["loud-words==1.0", "quiet==1.0"]
    assert (writer.asked["generate_test_code"], writer.asked["generate_main_code"]) == (1, 1)


def test_a_new_release_of_an_old_package_waits_for_an_approval(
    offered: Command, index: PackageIndex
) -> None:
    fresh = wheel("loud-words", "3.0", {"loud_words.py": LOUDER}, uploaded=stamp(utc_now()))
    index.files.append(fresh)
    ended = deliver(offered, Writer(mains=[MAIN.format(module="loud_words")]))
    assert (ended.exit_code, ended.result["error"]["type"]) == (3, "ApprovalNeeded")
    assert "release 3.0 was not there 30 days ago" in str(ended.result["error"]["evidence"])
    assert fresh.name not in index.downloaded
