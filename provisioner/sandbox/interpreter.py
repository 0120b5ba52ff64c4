"""What a Python interpreter needs to be able to read, wherever it lives."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterable
from functools import cache
from pathlib import Path

#: Folders of the system that hold programs and libraries, and nothing of anybody's.
SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin")
#: Files of /etc that the loader, the name look-up and TLS need; not the folder itself.
ETC = (
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/alternatives",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
)


@cache
def interpreter_folders() -> tuple[Path, ...]:
    """The exact folders this interpreter and its packages live in."""
    paths = sysconfig.get_paths()
    wanted = {Path(paths[name]) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    wanted |= {Path(folder) / "lib" for folder in (sys.base_prefix, sys.base_exec_prefix)}
    wanted |= {Path(sys.executable).parent, Path(sys.executable).resolve().parent}
    pyvenv = Path(sys.prefix, "pyvenv.cfg")
    if pyvenv.is_file():
        wanted.add(pyvenv)
    present = sorted(path for path in wanted if path.exists())
    return tuple(path for path in present if not any(other in path.parents for other in present))


def outside_system(paths: Iterable[Path]) -> list[Path]:
    """Those of the paths that are in no folder of SYSTEM."""
    return [path for path in paths if not any(str(one) in SYSTEM for one in path.parents)]
