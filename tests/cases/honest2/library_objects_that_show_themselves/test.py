import io

import pytest
from click.testing import CliRunner
from rich.console import Console
from rich.table import Table

from main import Check, Pair, Report, cli

CHECKS = [Check("lint", True), Check("types", False)]


@pytest.fixture
def console():
    return Console(file=io.StringIO(), width=40, color_system=None)


def drawn(console, value):
    console.print(value)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_table(console):
    lines = drawn(console, Report(CHECKS).table())
    assert "| types    |  False |" in lines
    assert lines.index("| types    |  False |") < lines.index("| lint     |   True |")


def test_columns():
    table = Report(CHECKS).table()
    assert isinstance(table, Table)
    assert [(one.header, one.justify) for one in table.columns] == [
        ("Name", "left"),
        ("Passed", "right"),
    ]


def test_report_draws_itself(console):
    assert drawn(console, Report(CHECKS))[-2:] == ["ok lint", "no types"]


def test_check_draws_itself(console):
    assert drawn(console, CHECKS[1]) == ["no types"]


def test_set():
    result = CliRunner().invoke(cli, ["set", "a=1", "b=2"])
    assert (result.exit_code, result.output) == (0, "a is 1\nb is 2\n")
    assert CliRunner().invoke(cli, ["--loud", "set", "a=x"]).output == "A IS X\n"


def test_refused():
    result = CliRunner().invoke(cli, ["set", "secret=1"])
    assert (result.exit_code, result.stdout, result.stderr) == (3, "", "refused\n")


def test_no_pair():
    result = CliRunner().invoke(cli, ["set", "a"])
    assert result.exit_code == 2
    assert "'a' is no pair" in result.output
    assert Pair().convert("k=v=w", None, None) == ("k", "v=w")


def test_asks():
    assert CliRunner().invoke(cli, ["clear"], input="n\n").exit_code == 1
    assert CliRunner().invoke(cli, ["clear"], input="y\n").output.endswith("cleared\n")


def test_commands():
    assert sorted(cli.commands) == ["clear", "set"]
    assert "Say what is set." in CliRunner().invoke(cli, ["--help"]).output
