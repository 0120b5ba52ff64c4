"""Hidden tests: a quarter that the writer of main.py never sees and that decides at acceptance."""

from provisioner.quality.hidden.parts import Seen, Split, seen, split

__all__ = ["Seen", "Split", "seen", "split"]
