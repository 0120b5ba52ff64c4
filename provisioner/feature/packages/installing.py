"""What a run would install for a feature, as far as that is known before its code is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ledger.text.counted import counted
from provisioner.feature.packages.environment import TOOL, Environments
from provisioner.feature.packages.interpreter import OWN
from provisioner.feature.packages.lock import LOCK, Lock, digest_of, lock_of_tool
from provisioner.feature.packages.requirements import (
    own_module,
    packages_of,
    read_requirements,
    with_requirements,
)


def installing(
    feature: str, files: Mapping[str, bytes], requirements: str, environments: Environments
) -> Iterator[str]:
    """Lines for a person; nothing is asked of an index, and nothing is made.

    Args:
        files: those of the feature's folder that stay, by name.
        requirements: the name of the file that lists its packages.
    """
    code = [files[name] for name in ("main.py", "service.py") if name in files]
    imported = [name for one in code for name in packages_of(one, (), own_module(feature))]
    python = environments.interpreter
    text = with_requirements(files.get(requirements, b""), imported)
    wanted = read_requirements(text, python.markers)
    if not wanted:
        return
    digest = digest_of(wanted, python.version)
    lock = Lock.parse(files.get(LOCK, b""))
    if lock.digest != digest:
        of_tool = lock_of_tool(wanted, digest) if python == OWN else None
        if of_tool is None:
            yield f"{', '.join(sorted(map(str, wanted)))}: resolved to {LOCK}, and installed"
            return
        lock = of_tool
    pins = counted(len(lock.pins), "package")
    found = environments.find(lock)
    if found == TOOL:
        yield f"{pins}, all of them the tool's own"
    elif found:
        yield f"{pins} of {LOCK}, installed already"
    else:
        yield f"{pins} of {LOCK}, to be installed: {', '.join(lock.lines.split())}"
