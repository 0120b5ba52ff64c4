"""A real package from the configured index: numpy, whose arrays tests and code both handle."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.integration.command import Command
from tests.integration.test_packages import Writer, deliver
from tests.servers.packages import need_configured_index

TESTS = """\
import numpy as np
import pytest

from main import double_in_place, grid, mean, normalized, solved, table, threads


def test_numbers():
    assert mean([1, 2, 3]) == 2.0
    assert isinstance(mean(np.array([1, 2])), np.floating)
    assert threads() == 1


def test_arrays():
    np.testing.assert_array_equal(grid(2), [[1, 0], [0, 1]])
    assert grid(3).shape == (3, 3)
    assert (grid(2) == np.eye(2)).all()
    assert normalized(np.array([1.0, 3.0])) == pytest.approx([0.25, 0.75])


def test_an_array_is_changed_where_it_is():
    values = np.arange(4, dtype=np.int16)
    double_in_place(values)
    assert values.tolist() == [0, 2, 4, 6]
    assert values.dtype == np.int16


def test_errors():
    with pytest.raises(np.linalg.LinAlgError):
        solved(np.zeros((2, 2)), np.ones(2))
    np.testing.assert_allclose(solved(2 * np.eye(2), np.ones(2)), [0.5, 0.5])


def test_containers():
    rows = table(2)
    assert sorted(rows) == ["ones", "range"]
    assert [type(one) for one in rows.values()] == [np.ndarray, np.ndarray]
    assert rows["range"].tolist() == [0, 1]
    assert rows["ones"].sum() == 2
"""
MAIN = """\
import os

import numpy as np


def threads():
    return int(os.environ["OMP_NUM_THREADS"])


def mean(values):
    return np.mean(values)


def grid(size):
    return np.eye(size)


def normalized(values):
    return values / values.sum()


def double_in_place(values):
    values *= 2


def solved(matrix, vector):
    return np.linalg.solve(matrix, vector)


def table(size):
    return {"range": np.arange(size), "ones": np.ones(size)}
"""


@pytest.fixture
def indexed(tool: Command) -> Command:
    """The command with the index and the cache of this machine's user."""
    need_configured_index()
    own = {name: value for name, value in os.environ.items() if name.startswith(("UV_", "PIP_"))}
    cache = os.environ.get("UV_CACHE_DIR", str(Path.home() / ".cache" / "uv"))
    return replace(tool, environ={**tool.environ, **own, "UV_CACHE_DIR": cache})


def test_code_and_tests_with_numpy_are_delivered(indexed: Command) -> None:
    writer = Writer(TESTS, mains=[MAIN], declared=["numpy>=1.26"])
    ended = deliver(indexed, writer, feature="arrays")
    assert ended.exit_code == 0, ended.said
    result = ended.result
    assert (result["tests"]["verdict"], result["tests"]["passed"]) == ("green", 5)
    assert result["tests"]["isolation"] == "separate"
    assert [name.partition("==")[0] for name in result["packages"]] == ["numpy"]
    assert b"numpy>=1.26\n" in indexed.committed("behaviors/arrays/requirements.txt")


def test_code_that_is_wrong_about_an_array_is_red(indexed: Command) -> None:
    wrong = MAIN.replace("values *= 2", "values = values * 2")
    writer = Writer(TESTS, mains=[wrong, MAIN])
    ended = deliver(indexed, writer, feature="arrays")
    assert ended.exit_code == 0, ended.said
    assert writer.asked["generate_main_code"] == 2
