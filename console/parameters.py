"""Options and arguments that several commands have."""

from __future__ import annotations

from pathlib import Path

import click


def path_option(value: str) -> str:
    """Give the path as it was typed; an empty one, as of an unset variable, is refused."""
    if not value:
        raise click.BadParameter("it is empty; name one, or leave the option out")
    return value


class _Mode(click.Choice):  # type: ignore[type-arg]  # generic only from click 8.2 on
    """Read in any case, and shown as the contract writes it."""

    def normalize_choice(self, choice: object, ctx: click.Context | None) -> str:
        return str(choice).upper()


mode_choice = _Mode(
    ("CODE", "SERVICE", "CONTAINER", "AZURE", "SSH", "CLOUDRUN"), case_sensitive=False
)
folder_argument = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
run_argument = click.argument("run_id", metavar="RUN")
workspace_option = click.option(
    "--workspace", default=None, type=path_option, metavar="DIR", help="The repository."
)
json_option = click.option("--json", "as_json", is_flag=True, help="As JSON.")
unsafe_option = click.option(
    "--unsafe-no-sandbox", "unsafe", is_flag=True, help="Run its code without isolation."
)
