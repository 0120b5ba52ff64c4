"""requirements.lock: the releases that a feature's requirements resolve to, one pin a line."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from provisioner.errors import RequirementsInvalid

LOCK = "requirements.lock"
#: The same with what test.py imports beside that, and the tool has not.
TEST_LOCK = "requirements-test.lock"
#: What the tests' runner is made of: it comes from the tool, whatever a feature asks for.
RUNNER = frozenset(
    ("pytest", "pluggy", "iniconfig", "hypothesis", "pytest-asyncio", "pytest-mock", "coverage")
)
#: What tests may count on: those, and the plug-in of pytest that anyio brings.
TEST_PACKAGES = RUNNER | {"anyio"}
_PIN = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[A-Za-z0-9.!+_-]+)")
_DIGEST = re.compile(r"^# sha256 ([0-9a-f]{64})$", re.MULTILINE)
_HEAD = """\
# What {of} resolves to for Python {python}; made anew when that changes. Commit it.
# sha256 {digest}
"""


@dataclass(frozen=True, slots=True)
class Lock:
    """Pins by normalized name, and the digest of the requirements that they were made from."""

    pins: Mapping[str, str]
    digest: str = ""

    @classmethod
    def parse(cls, text: bytes, name: str = LOCK) -> Lock:
        """Read a lock; raises RequirementsInvalid for a line that is no pin."""
        pins: dict[str, str] = {}
        plain = text.decode("utf-8", "replace")
        for number, line in enumerate(plain.splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            match = _PIN.fullmatch(line.strip())
            if match is None:
                raise RequirementsInvalid(
                    f"{name}, line {number}: {line.strip()!r} is no pin like requests==2.32.0",
                    next_step=f"delete {name}: it is made anew from requirements.txt",
                )
            pins[canonicalize_name(match["name"])] = match["version"]
        digest = _DIGEST.search(plain)
        return cls(pins, digest[1] if digest else "")

    @property
    def lines(self) -> str:
        """The pins alone, sorted: what is installed by."""
        return "".join(f"{name}=={self.pins[name]}\n" for name in sorted(self.pins))

    def render(self, of: str, python: str) -> bytes:
        """The file; `of` says what it was made from."""
        head = _HEAD.format(of=of, python=python, digest=self.digest)
        return (head + self.lines).encode()

    def without(self, names: Iterable[str]) -> Lock:
        left = set(names)
        return Lock({name: one for name, one in self.pins.items() if name not in left}, self.digest)

    @property
    def of_tests(self) -> Lock:
        """What the tests' side installs of it: not what runs the tests, which is the tool's."""
        return self.without(RUNNER)

    @property
    def installed_here(self) -> bool:
        """Whether the tool's own environment has exactly these releases."""
        return all(installed_version(name) == version for name, version in self.pins.items())


def digest_of(requirements: Iterable[Requirement], python: str) -> str:
    """What a lock is known to belong to: SHA-256 of sorted requirements and Python's version."""
    lines = sorted({str(one) for one in requirements})
    return hashlib.sha256("\n".join([python, *lines]).encode()).hexdigest()


def lock_of_tool(
    requirements: Iterable[Requirement], digest: str, markers: Mapping[str, str] | None = None
) -> Lock | None:
    """The lock of what is installed here, None where that does not meet the requirements.

    Args:
        markers: what markers say of the Python that it is for, where it is not the tool's own.
    """
    pins: dict[str, str] = {}
    waiting = [(one, "") for one in requirements]
    seen = set()
    while waiting:
        one, extra = waiting.pop()
        if one.marker is not None and not one.marker.evaluate({**(markers or {}), "extra": extra}):
            continue
        name = canonicalize_name(one.name)
        found = _found(name)
        if found is None or not one.specifier.contains(found.version, prereleases=True):
            return None
        pins[name] = found.version
        for wanted in ("", *one.extras):
            if (name, wanted) not in seen:
                seen.add((name, wanted))
                waiting += [(Requirement(text), wanted) for text in found.requires or ()]
    return Lock(pins, digest)


def _found(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def installed_version(name: str) -> str | None:
    """The release of a package that is installed with the tool, None where there is none."""
    found = _found(name)
    return found.version if found else None
