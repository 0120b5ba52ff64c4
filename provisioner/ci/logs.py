"""Logs of CI jobs: cleaned of what a terminal would obey, without keys, cut to what failed."""

from __future__ import annotations

import re

from ledger.text.printable import printable
from provisioner.git.secrets import mask_secrets

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_TIME = re.compile(r"^\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z ?", re.MULTILINE)
_SECTION = re.compile(r"^section_(?:start|end):\d+:[^\r\n]*\r?", re.MULTILINE)  # GitLab's folds
_MARK = re.compile(r"^##\[(group|endgroup|command|debug|section)\]", re.MULTILINE)
_ERROR = re.compile(r"^##\[error\]|^ERROR: Job failed", re.MULTILINE)
_CHARS = 12_000
_READ_CHARS = 1_000_000  # of the end: a hundred patterns take a second for as much


def clean_log(text: str) -> str:
    """The end of a log, 1,000,000 characters, as plain lines: no escapes, timestamps and keys."""
    text = _SECTION.sub("", _ANSI.sub("", text[-_READ_CHARS:].replace("\r\n", "\n")))
    text = "\n".join(line.rpartition("\r")[2] for line in text.split("\n"))  # progress bars
    return mask_secrets(printable(_MARK.sub("", _TIME.sub("", text))))


def failing_part(log: str) -> str:
    """The end of a cleaned log up to its last error, at most 12,000 characters.

    What comes after is the runner tidying up.
    """
    errors = list(_ERROR.finditer(log))
    end = log.find("\n", errors[-1].end()) if errors else -1
    return log[: end if end >= 0 else len(log)].rstrip()[-_CHARS:]
