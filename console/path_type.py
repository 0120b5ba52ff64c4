"""Options that name a file or a folder."""

from __future__ import annotations

import click


def path_option(value: str) -> str:
    """Give the path as it was typed; an empty one would mean the current folder.

    Raises:
        BadParameter: it is empty, as a variable is that nobody set.
    """
    if not value:
        raise click.BadParameter("it is empty; name one, or leave the option out")
    return value
