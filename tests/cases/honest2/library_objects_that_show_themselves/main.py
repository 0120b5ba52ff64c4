"""A command line, and a report that is drawn."""

import sys
from dataclasses import dataclass

import click
from rich import box
from rich.table import Table
from rich.text import Text


@dataclass(frozen=True)
class Check:
    name: str
    passed: bool

    def __rich__(self):
        return Text.assemble(("ok" if self.passed else "no", "green"), " ", self.name)


class Report:
    def __init__(self, checks):
        self.checks = list(checks)

    def table(self):
        table = Table(title="Checks", box=box.ASCII, show_footer=True)
        table.add_column("Name", footer=f"{len(self.checks)} checks")
        table.add_column("Passed", justify="right")
        for one in sorted(self.checks, key=lambda one: one.passed):
            table.add_row(one.name, str(one.passed))
        return table

    def __rich_console__(self, console, options):
        yield self.table()
        yield from self.checks


class Pair(click.ParamType):
    name = "key=value"

    def convert(self, value, param, ctx):
        key, sign, rest = value.partition("=")
        if not sign:
            self.fail(f"{value!r} is no pair", param, ctx)
        return key, rest


@click.group()
@click.option("--loud", is_flag=True)
@click.pass_context
def cli(ctx, loud):
    """Say what is set."""
    ctx.obj = str.upper if loud else str


@cli.command("set")
@click.argument("pairs", nargs=-1, type=Pair(), required=True)
@click.pass_obj
def set_pairs(shown, pairs):
    for key, value in pairs:
        if key == "secret":
            click.echo("refused", err=True)
            sys.exit(3)
        click.echo(shown(f"{key} is {value}"))


@cli.command()
def clear():
    click.confirm("All of them?", abort=True)
    click.secho("cleared", fg="green")
