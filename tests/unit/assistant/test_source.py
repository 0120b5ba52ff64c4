"""Python source that is written: what nothing mentions is left out, imports are added."""

from __future__ import annotations

from assistant.source import formatted, pruned

CODE = """\
IMPORTS
# How many.
LIMIT = 3
# Unused.
OTHER = 4

def used():
    return helper()

def helper():
    return os.sep * LIMIT

def lost():
    return OTHER

@dataclass
class Kept:
    name: str
    size: int = 0
    label: str = ""
"""


def test_what_nothing_wanted_mentions_is_left_out() -> None:
    left = pruned(CODE, {"used", "label", ""})
    assert [name for name in ("helper", "# How many.", "LIMIT", "name", "label") if name in left]
    assert not [name for name in ("lost", "# Unused.", "OTHER", "size") if name in left]


def test_the_imports_that_are_mentioned_are_added() -> None:
    code = formatted("IMPORTS\nprint(os.sep, Any, dt)\n", IMPORTS)
    assert (
        code
        == "import datetime as dt\nimport os\nfrom typing import Any\n\nprint(os.sep, Any, dt)\n"
    )


IMPORTS = "import datetime as dt\nimport os\nimport sys\nfrom typing import Annotated, Any\n"
