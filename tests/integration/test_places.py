"""The whole thing at every level of the sandbox, by every user, wherever it is installed.

What a newcomer does first, a run with one repair, and judging the same suites again and again.
A cell of the table that this machine cannot run is skipped with its reason and its remedy.
"""

from __future__ import annotations

import re
import runpy
import shutil
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import ci_alone
from tests.integration.oracle import Oracle, tasks, wrong_then_right
from tests.integration.places import ROOT, Level, Place, User, install, new_folder
from tests.integration.test_packages import LOUDER, MAIN, Writer, deliver
from tests.servers.packages import PackageIndex, wheel
from tests.servers.wire import ModelServer

PLACES = {
    "in a home": lambda: new_folder("/var/tmp"),
    "below tmp": lambda: new_folder("/tmp"),
    "spaces and umlauts": lambda: new_folder("/var/tmp", "Adas Gerät 1"),
}
pytestmark = ci_alone("each place, user and level takes minutes")
USERS: tuple[User, ...] = ("root", "ordinary user")
LEVELS: tuple[Level, ...] = ("bwrap", "landlock", "none")
DEMO = "demo"
HONEST = sorted((ROOT / "tests" / "cases" / "honest").iterdir())
TIMES = 3

Installed = Callable[[str, User], Place]


@pytest.fixture(scope="module")
def installed() -> Iterator[Installed]:
    """Installations by place and user, shared by all cells."""
    made: dict[tuple[str, User], Place] = {}
    folders: list[Path] = []

    def get(where: str, user: User) -> Place:
        if (where, user) not in made:
            folders.append(PLACES[where]())
            made[where, user] = install(folders[-1], user)
            if where == "in a home":
                made[where, user].folder.chmod(0o700)
        return made[where, user]

    yield get
    for folder in folders:
        top = folder if folder.name.startswith("ai-deploy-place-") else folder.parent
        shutil.rmtree(top)


def options(level: Level) -> list[str]:
    return ["--unsafe-no-sandbox"] if level == "none" else []


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("where", PLACES)
def test_the_demo(installed: Installed, where: str, user: User, level: Level) -> None:
    place = installed(where, user)
    demo = [str(place.folder / ".venv" / "bin" / "python"), "scripts/demo.py", f"{DEMO} {level}"]
    if level == "none":  # the demo itself never goes without isolation
        repository = place.make(f"{DEMO} {level}")
        requirements = runpy.run_path(str(ROOT / "scripts" / "demo.py"))["REQUIREMENTS"]
        demo = [str(place.tool), "--feature", "orders", "--requirements", requirements]
        demo += ["--mode", "SERVICE", "--keep", "--no-push", "--unsafe-no-sandbox"]
        demo += ["--workspace", str(repository)]
        place.command(level, ["git", "init", "--quiet", str(repository)]).run()
    ended = place.command(level, demo).run()
    assert ended.exit_code == 0, ended.said
    stop = re.findall(r"^  stop +(.+)$", ended.said, re.MULTILINE)
    assert len(stop) == 1, ended.said
    try:
        assert f"sandbox {level}" in ended.said
        assert "coverage unknown" not in ended.said
        url = re.findall(r"^  url +(\S+)$", ended.said, re.MULTILINE)[0]
        with urllib.request.urlopen(f"{url}/health", timeout=20) as answer:
            assert answer.status == 200
    finally:  # pasted where the person stands
        stopped = place.command(level, ["sh", "-c", stop[0]]).run()
    assert stopped.exit_code == 0, stopped.said


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("where", PLACES)
def test_a_run_with_one_repair(installed: Installed, where: str, user: User, level: Level) -> None:
    place, task = installed(where, user), tasks()["humaneval-0"]
    repository = place.make(f"répository {level}")
    git = ["git", "-c", "init.defaultBranch=main", "init", "--quiet", str(repository)]
    assert place.command(level, git).run().exit_code == 0
    command = place.command(level, [str(place.tool)], repository)
    order = ["--feature", task.id, "--requirements", task.requirements, "--mode", "CODE"]
    with ModelServer(Oracle(wrong_then_right)) as server:
        ended = command.run(
            *order, "--json", "--no-input", *options(level), OPENAI_BASE_URL=f"{server.url}/v1"
        )
        asked = [seen.function for seen in server.calls]
    assert ended.exit_code == 0, ended.said
    tests = ended.result["tests"]
    assert (tests["verdict"], tests["sandbox"]) == ("green", level)
    assert asked.count("generate_main_code") == 2
    assert tests["mutation_score"] > 0.5
    assert tests["mutation"]["coverage_unknown"] == ""
    assert ended.result["commit"]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("user", USERS)
def test_a_run_with_a_package_of_its_own(installed: Installed, user: User, level: Level) -> None:
    place = installed("below tmp", user)
    repository = place.make(f"packages {level}")
    assert place.command(level, ["git", "init", "--quiet", str(repository)]).run().exit_code == 0
    command = place.command(level, [str(place.tool)], repository)
    writer = Writer(mains=[MAIN.format(module="loud_words")], declared=["loud-words"])
    with PackageIndex([wheel("loud-words", "1.0", {"loud_words.py": LOUDER})]) as index:
        offered = replace(command, environ={**command.environ, "UV_DEFAULT_INDEX": index.url})
        ended = deliver(offered, writer, "--no-commit", *options(level))
    assert ended.exit_code == 0, ended.said
    assert ended.result["tests"]["sandbox"] == level
    assert ended.result["packages"] == ["loud-words==1.0"]


@pytest.mark.parametrize("user", USERS)
def test_doctor_says_why_there_is_no_better_sandbox(installed: Installed, user: User) -> None:
    place = installed("below tmp", user)
    ended = place.command("landlock", [str(place.tool)]).run("doctor", "--json")
    parts = [one for one in ended.result["parts"] if one["name"] == "sandbox"]
    assert [(one["works"], one["what"].partition(":")[0]) for one in parts] == [
        ("no", "bwrap"),
        ("yes", "landlock"),
    ]
    assert "apt install bubblewrap" in parts[0]["remedy"]


@pytest.mark.parametrize("level", ["bwrap", "landlock"])
@pytest.mark.parametrize("user", USERS)
def test_honest_suites_are_green_again_and_again(
    installed: Installed, user: User, level: Level
) -> None:
    """Below /tmp, where the sandbox has temporary files of its own."""
    place = installed("below tmp", user)
    chosen = HONEST[:: len(HONEST) // 20][:20]
    cases = place.folder / f"cases {level}"
    folders = [str(shutil.copytree(case, cases / case.name)) for case in chosen]
    checked = place.command(level, [str(place.tool), "check", folders[0]]).run()
    assert re.match(f"green: .*sandbox {level},", checked.stdout), checked.said
    program = shutil.copy(Path(__file__).with_name("judge_all.py"), cases)
    python = str(place.folder / ".venv" / "bin" / "python")
    judge_all = place.command(level, [python, str(program), *folders])
    assert [judge_all.run().said for _ in range(TIMES)] == [f"{len(chosen)} judged\n"] * TIMES
