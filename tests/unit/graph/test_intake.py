"""Checks of a request, and the files that it keeps."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from graph.errors import ConfigError, FeatureExists
from graph.plan import planned_steps
from graph.run.preflight import check_request, files_to_keep
from ledger.database import Ledger, open_ledger
from provisioner.errors import RemoteInvalid
from provisioner.feature.folder import FeatureFolder
from provisioner.git.repository import open_repository
from tests.unit.graph.samples import request

RUN = "20261121-004512-x7k2"


@dataclass
class Place:
    """A repository with a feature's folder and the record of what the tool wrote there."""

    root: Path
    ledger: Ledger

    def folder(self) -> FeatureFolder:
        return FeatureFolder(self.root, "orders", self.ledger, RUN)

    def by_hand(self, name: str, text: str = "by hand\n") -> None:
        path = self.root / "behaviors" / "orders" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def by_tool(self, name: str) -> None:
        self.folder().write(name, b"by the tool\n")

    def commit(self) -> None:
        for command in (["add", "."], ["commit", "-qm", "work"]):
            subprocess.run(["git", "-C", str(self.root), *command], check=True)

    async def keep(self, *, failed: bool = False, **changes: Any) -> list[str]:
        made = request(self.root, **changes)
        plan = planned_steps(made.settings, commit=made.commit)
        repository = await open_repository(self.root) if "commit" in plan else None
        return await files_to_keep(made, self.folder(), repository, plan, failed=failed)


@pytest.fixture
def place(tmp_path: Path, repository: Path) -> Iterator[Place]:
    with open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}") as ledger:
        ledger.runs.create(
            RUN,
            feature="orders",
            mode="CODE",
            requirements_sha="",
            graph_version=1,
        )
        yield Place(repository, ledger)


REGENERATE = {"deployment.regenerate_main": True, "deployment.regenerate_test": True}
KEEP = {"deployment.regenerate_main": False, "deployment.regenerate_test": False}


async def test_a_feature_that_is_not_there_keeps_nothing(place: Place) -> None:
    assert await place.keep() == []


@pytest.mark.parametrize("name", ["main.py", "test.py", "service.py", "service-test.py"])
@pytest.mark.parametrize("committed", [True, False])
async def test_a_feature_that_exists_is_refused_with_the_flags_that_apply(
    place: Place, name: str, committed: bool
) -> None:
    place.by_hand(name)
    if committed:
        place.commit()
    with pytest.raises(FeatureExists, match=f"behaviors/orders/{name} exists already") as caught:
        await place.keep()
    for word in ("--regenerate all", "--no-regenerate"):
        assert word in caught.value.next_step
    assert "--recovery-mode" not in caught.value.next_step, "there is nothing to recover"


async def test_a_failed_run_of_a_feature_that_exists_can_be_recovered(place: Place) -> None:
    place.by_hand("main.py")
    with pytest.raises(FeatureExists) as caught:
        await place.keep(failed=True)
    assert "--recovery-mode" in caught.value.next_step


async def test_files_of_others_beside_the_generated_ones_are_no_obstacle(place: Place) -> None:
    place.by_hand("notes.txt")
    place.by_hand("feature-config.yaml", "feature: orders\n")
    assert await place.keep() == []


async def test_a_committed_file_may_be_written_anew_where_that_is_asked(place: Place) -> None:
    place.by_hand("main.py")
    place.by_hand("test.py")
    place.commit()
    assert await place.keep(flags=REGENERATE) == []


async def test_work_that_no_commit_holds_is_not_even_then_written_over(place: Place) -> None:
    place.by_hand("main.py")
    place.commit()
    place.by_hand("main.py", "changed by hand\n")
    with pytest.raises(FeatureExists, match="no commit holds") as caught:
        await place.keep(flags=REGENERATE)
    assert "commit" in caught.value.next_step
    assert "--no-regenerate" in caught.value.next_step


async def test_without_git_nothing_is_known_to_be_committed(place: Place) -> None:
    place.by_hand("main.py")
    place.commit()
    with pytest.raises(FeatureExists, match="no commit holds"):
        await place.keep(flags=REGENERATE, commit=False)


async def test_what_a_run_left_that_was_not_done_may_go(place: Place) -> None:
    place.by_tool("main.py")
    place.by_tool("test.py")
    assert await place.keep() == []


async def test_what_a_run_that_was_done_left_uncommitted_is_a_feature(place: Place) -> None:
    place.by_tool("main.py")
    place.by_tool("test.py")
    place.ledger.runs.update(RUN, status="done")
    with pytest.raises(FeatureExists, match="exists already"):
        await place.keep(commit=False)
    assert await place.keep(commit=False, regenerate=("tests", "main", "service")) == []


async def test_what_an_earlier_run_wrote_and_somebody_changed_is_refused(place: Place) -> None:
    place.by_tool("main.py")
    place.by_hand("main.py", "by the tool\nand by hand\n")
    with pytest.raises(FeatureExists):
        await place.keep()


async def test_what_is_to_be_kept_is_kept_be_it_committed_or_not(place: Place) -> None:
    place.by_hand("test.py")
    place.commit()
    place.by_hand("main.py")
    assert set(await place.keep(flags=KEEP)) == {"test.py", "main.py"}


async def test_one_file_can_be_kept_and_the_other_written_anew(place: Place) -> None:
    place.by_hand("test.py")
    place.by_hand("main.py")
    place.commit()
    flags = {**REGENERATE, "deployment.regenerate_test": False}
    assert await place.keep(flags=flags) == ["test.py"]


async def test_no_regenerate_keeps_everything_that_is_there(place: Place) -> None:
    for name in ("test.py", "main.py", "service.py"):
        place.by_hand(name)
    assert set(await place.keep(keep_files=True)) == {"test.py", "main.py", "service.py"}


async def test_without_a_model_every_file_has_to_be_there(place: Place) -> None:
    place.by_hand("main.py")
    flags = {"deployment.ai_generate_code": False}
    with pytest.raises(ConfigError, match=r"ai_generate_code: is off, and .* has no test\.py"):
        await place.keep(flags=flags)
    place.by_hand("test.py")
    assert set(await place.keep(flags=flags)) == {"test.py", "main.py"}


async def test_service_mode_without_a_model_needs_the_service_too(place: Place) -> None:
    place.by_hand("main.py")
    place.by_hand("test.py")
    flags = {"deployment.ai_generate_code": False, "deployment.provision_mode": "SERVICE"}
    with pytest.raises(ConfigError, match=r"service\.py and no service-test\.py"):
        await place.keep(flags=flags)


@pytest.mark.parametrize("text", ["", "   \n\t", "...", "-- !?", "\x00"])
def test_requirements_that_say_nothing_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="--requirements: is empty; say what"):
        check_request(request(tmp_path, requirements=text))


def test_requirements_of_a_document_s_length_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="100,001 characters, 100,000 are allowed"):
        check_request(request(tmp_path, requirements="x" * 100_001))
    check_request(request(tmp_path, requirements="x" * 100_000))


@pytest.mark.parametrize("text", ["Bestellungen für Käufer", "注文を作成する", "x"])
def test_requirements_in_any_language_are_taken(tmp_path: Path, text: str) -> None:
    check_request(request(tmp_path, requirements=text))


def test_hosts_are_asked_for_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(RemoteInvalid, match="no host") as caught:
        check_request(request(tmp_path, flags={"deployment.provision_mode": "SSH"}))
    assert "--host" in caught.value.next_step
