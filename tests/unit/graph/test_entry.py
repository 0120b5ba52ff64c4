"""Which run a request means."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph.errors import ConfigError, RunNotFound
from graph.request import requirements_sha
from graph.run.resume import choose_entry
from graph.state import VERSION
from ledger.errors import LedgerVersion
from ledger.runs import NO_OPTIONS, Run, RunOptions
from tests.unit.graph.samples import request

TEXT = "add(a, b) gives the sum."


def run(status: str, **changes: Any) -> Run:
    fields: dict[str, Any] = {
        "run_id": "20261121-004512-x7k2",
        "feature": "orders",
        "mode": "CODE",
        "status": status,
        "created_at": "",
        "updated_at": "",
        "requirements_sha": requirements_sha(TEXT),
        "options": NO_OPTIONS,
        "graph_version": VERSION,
    }
    return Run(**{**fields, **changes})


UNFINISHED = ["running", "paused", "interrupted"]


def test_the_first_request_of_a_feature_is_a_new_run(tmp_path: Path) -> None:
    assert choose_entry(request(tmp_path), None).way == "new"


@pytest.mark.parametrize("status", UNFINISHED)
def test_the_same_request_goes_on_with_an_unfinished_run(tmp_path: Path, status: str) -> None:
    entry = choose_entry(request(tmp_path, requirements=f"\n{TEXT}  "), run(status))
    assert entry.way == "resume"
    assert entry.run == run(status)


@pytest.mark.parametrize("status", ["done", "failed"])
def test_the_same_request_after_an_end_is_a_new_run(tmp_path: Path, status: str) -> None:
    assert choose_entry(request(tmp_path), run(status)).way == "new"


@pytest.mark.parametrize("status", UNFINISHED)
def test_other_requirements_begin_a_new_run(tmp_path: Path, status: str) -> None:
    assert choose_entry(request(tmp_path, requirements="another"), run(status)).way == "new"


def test_another_mode_begins_a_new_run(tmp_path: Path) -> None:
    assert choose_entry(request(tmp_path), run("paused", mode="SERVICE")).way == "new"


def test_without_requirements_an_unfinished_run_goes_on(tmp_path: Path) -> None:
    assert choose_entry(request(tmp_path, requirements=None), run("paused")).way == "resume"


@pytest.mark.parametrize("latest", [None, run("done"), run("failed")])
def test_without_requirements_there_is_nothing_to_begin(tmp_path: Path, latest: Run | None) -> None:
    with pytest.raises(ConfigError, match="--requirements: is missing") as caught:
        choose_entry(request(tmp_path, requirements=None), latest)
    assert "--no-regenerate" in caught.value.next_step


@pytest.mark.parametrize("status", ["done", "failed", *UNFINISHED])
def test_files_that_are_to_be_kept_are_never_left_to_a_run_that_writes_them(
    tmp_path: Path, status: str
) -> None:
    """Somebody mended main.py by hand after a pause and says so."""
    entry = choose_entry(request(tmp_path, requirements=None, keep_files=True), run(status))
    assert entry.way == "new"


@pytest.mark.parametrize("status", UNFINISHED)
def test_a_run_that_keeps_files_goes_on_by_the_same_request(tmp_path: Path, status: str) -> None:
    latest = run(
        status, options=RunOptions(no_regenerate=True), requirements_sha=requirements_sha("")
    )
    entry = choose_entry(request(tmp_path, requirements=None, keep_files=True), latest)
    assert entry.way == "resume"


@pytest.mark.parametrize(
    ("status", "way"), [("failed", "recover"), *((status, "resume") for status in UNFINISHED)]
)
def test_recovery_goes_on_with_the_last_run(tmp_path: Path, status: str, way: str) -> None:
    entry = choose_entry(request(tmp_path, requirements=None, recovery=True), run(status))
    assert (entry.way, entry.run) == (way, run(status))


@pytest.mark.parametrize("latest", [None, run("done")])
def test_there_is_nothing_to_recover_after_a_success(tmp_path: Path, latest: Run | None) -> None:
    with pytest.raises(RunNotFound, match="no failed or unfinished run"):
        choose_entry(request(tmp_path, recovery=True), latest)


def test_recovery_says_how_to_start_what_a_done_run_deployed(tmp_path: Path) -> None:
    deployed = {"deployment": {"mode": "SERVICE", "id": "orders-1", "url": "", "revision": "r"}}
    latest = run("done", mode="SERVICE", result=deployed)
    with pytest.raises(RunNotFound) as caught:
        choose_entry(request(tmp_path, recovery=True), latest)
    assert "provision behaviors/orders --mode SERVICE` starts it" in caught.value.next_step


@pytest.mark.parametrize("version", [VERSION - 1, VERSION + 1])
@pytest.mark.parametrize(("status", "recovery"), [("paused", False), ("failed", True)])
def test_a_state_of_another_shape_is_refused_and_never_guessed(
    tmp_path: Path, version: int, status: str, recovery: bool
) -> None:
    with pytest.raises(LedgerVersion, match="another version") as caught:
        choose_entry(request(tmp_path, recovery=recovery), run(status, graph_version=version))
    assert run(status).run_id in str(caught.value)


def test_another_version_s_finished_run_is_in_nobody_s_way(tmp_path: Path) -> None:
    assert choose_entry(request(tmp_path), run("failed", graph_version=VERSION + 1)).way == "new"


@pytest.mark.parametrize("status", ["failed", *UNFINISHED])
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"requirements": "another"}, "--requirements: are others than those of run"),
        ({"requirements": None, "options": RunOptions(mode="SERVICE")}, "was begun in mode CODE"),
    ],
)
def test_what_a_recovery_would_ignore_is_refused(
    tmp_path: Path, status: str, said: dict[str, Any], expected: str
) -> None:
    made = replace(request(tmp_path), recovery=True, **said)
    with pytest.raises(ConfigError, match=expected):
        choose_entry(made, run(status))
