"""Options that name a file or a folder."""

from __future__ import annotations

import click


def path_option(value: str) -> str:
    """Give the path as it was typed; an empty one would mean the current folder.

    Raises:
        BadParameter: it is empty, as an unset variable is.
    """
    if not value:
        raise click.BadParameter("it is empty; name one, or leave the option out")
    return value


workspace_option = click.option(
    "--workspace", default=None, type=path_option, metavar="DIR", help="The repository."
)
