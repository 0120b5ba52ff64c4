"""What a host does for a deployment, in one call each; sent over SSH, and run by the host's Python.

    python -c 'exec what is sent' ROOT FEATURE ORDERS LEASE < the programs, host.py last, and data

ORDERS is a JSON list of objects, each with the order's name and its arguments; LEASE says who gives
them, null where they only look. The answer is one line of JSON: the list of their answers, or for
an error that is expected an object with `error`. Nothing here asks or waits for ever, and each
order looks first whether its work is done already.

    ROOT/environments/KEY/             packages of a lock, of all features
    ROOT/FEATURE/releases/RELEASE/     app/ is the feature, tool/ the supervisor and the proxy
    ROOT/FEATURE/running/NAME/         what supervise.py keeps, of a release or of the proxy
    ROOT/FEATURE/proxy/                what http_proxy.py keeps: the backend that is live
    ROOT/FEATURE/data/                 DATA_DIR, of all releases
    ROOT/FEATURE/current               symbolic link to the release that is live
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from itertools import chain
from pathlib import Path
from typing import Any

from provisioner.modes.inside.boot import BootUnit
from provisioner.modes.inside.lease import Lease
from provisioner.modes.inside.supervise import Refused, Running, free_ports, read, write

_READY = "ready.json"
_LOOK_SECONDS = 0.05
_CHUNK = 1 << 20
_LOOPBACK = "127.0.0.1"


class Feature:
    """A feature's folders on this host, and the orders; each is a method."""

    def __init__(self, root: Path, name: str) -> None:
        self.root, self.name, self.folder = root, name, root / name
        self.releases, self.environments = self.folder / "releases", root / "environments"
        self.lease = Lease(self.folder)
        self.proxy = Running(self.folder / "running" / "proxy")

    def running(self, release: str) -> Running:
        return Running(self.folder / "running" / release)

    def _backend(self, role: str) -> str:
        """The release that the proxy calls live, or previous; "" for none."""
        file = self.folder / "proxy" / role
        port = int(file.read_text().rpartition(":")[2]) if file.is_file() else 0
        found = [one.name for one in self._all() if one.port == port]
        return found[0] if port and found else ""

    def _all(self) -> list[Running]:
        folders = sorted((self.folder / "running").glob("*"))
        return [Running(one) for one in folders if one.name != "proxy" and one.is_dir()]

    def release_lease(self) -> dict[str, Any]:
        self.lease.until(0)
        return {}

    def look(self) -> dict[str, Any]:
        """What is here."""
        live = self._backend("live")
        return {
            "live": live,
            "previous": self._backend("previous"),
            "serving": bool(live and self.running(live).pid and self.proxy.pid),
            "port": self.proxy.port,
            "releases": {
                one.parent.name: read(one) for one in sorted(self.releases.glob(f"*/{_READY}"))
            },
            "running": {
                one.name: {"alive": bool(one.pid), "ended": one.ended} for one in self._all()
            },
            "environments": [one.parent.name for one in self.environments.glob(f"*/{_READY}")],
        }

    def unpack(self, place: str, sha256: str, python: str, about: dict[str, Any]) -> dict[str, Any]:
        """Unpack a tar archive from the input into a place below the root, whole or not at all.

        With `python` the place is a virtual environment of it, and the archive its packages.
        """
        final = self.root / place
        if not (final / _READY).is_file():
            draft = final.with_name(f".{final.name}.draft")
            for left in (draft, final):
                shutil.rmtree(left, ignore_errors=True)
            draft.mkdir(mode=0o700, parents=True)
            try:
                self._fill(draft, sha256, python)
                write(draft / _READY, json.dumps(about))
                draft.replace(final)
            finally:
                shutil.rmtree(draft, ignore_errors=True)
        return {}

    def _fill(self, draft: Path, sha256: str, python: str) -> None:
        into = draft
        if python:
            made = subprocess.run(
                [python, "-I", "-m", "venv", "--without-pip", "--symlinks", str(draft)],
                capture_output=True,
                text=True,
                check=False,
            )
            if made.returncode != 0:
                why = f"{python} -m venv fails"
                raise Refused("unsuitable", why, (made.stdout + made.stderr).splitlines()[-8:])
            into = next(draft.glob("lib/python3*/site-packages"))
        archive, digest = draft / ".archive", hashlib.sha256()
        with archive.open("wb") as file:
            while chunk := sys.stdin.buffer.read(_CHUNK):
                digest.update(chunk)
                file.write(chunk)
        if digest.hexdigest() != sha256:
            raise Refused("cut", "less came than was sent")
        with tarfile.open(archive) as tar:
            safe: Any = {"filter": "tar"} if hasattr(tarfile, "tar_filter") else {}
            tar.extractall(into, **safe)
        archive.unlink()

    def start(self, release: str, stop_seconds: int) -> dict[str, Any]:
        """Start a release beside what serves.

        Its variables, and which are secrets, come as JSON from the input; null are those of before.
        """
        one, place, data = self.running(release), self.releases / release, self.folder / "data"
        given = json.loads(sys.stdin.buffer.read()) or read(one.folder / "spec.json") or {"env": {}}
        if not one.pid:
            data.mkdir(mode=0o700, exist_ok=True)
            python, app = self._python(release), str(place / "app")
            argv = [python, "-I", "-u", "-m", "uvicorn", "service:app", "--app-dir", app]
            argv += ["--fd", "{fd}", "--timeout-graceful-shutdown", str(stop_seconds)]
            spec = {
                "argv": argv,
                "cwd": app,
                "env": {**given["env"], "DATA_DIR": str(data), "PATH": os.defpath},
                "secrets": given.get("secrets", []),
                "listen": _LOOPBACK,
            }
            taken = {other.port for other in self._all() if other.name != release}
            ports = (port for port in chain([one.port], free_ports()) if port not in taken)
            one.start_at(ports, spec, python, place / "tool" / "supervise.py")
        return {"port": one.port, "revision": self._about(release)["revision"]}

    def _about(self, release: str) -> dict[str, str]:
        about = read(self.releases / release / _READY)
        if about is None:
            raise Refused("failed", f"the release {release} is not here")
        return dict(about)

    def _python(self, release: str) -> str:
        """The interpreter of a release, with its packages."""
        return str(self.environments / self._about(release)["environment"] / "bin" / "python")

    def alive(self, release: str) -> dict[str, Any]:
        one = self.running(release)
        return {"alive": bool(one.pid), "ended": one.ended, "tail": one.tail()}

    def end(self, release: str, grace: float) -> dict[str, Any]:
        """End a release that does not become live, or that is kept for a rollback."""
        return {"stopped": self.running(release).stop(grace)}

    def make_live(
        self, release: str, listen: str, ports: list[int], drain: float, grace: float
    ) -> dict[str, Any]:
        """Have the proxy pass requests to a release, and stop what it passed them to before."""
        one, place, python = self.running(release), self.releases / release, self._python(release)
        write(one.folder / "keep", "")
        if not self.proxy.pid:
            self._start_proxy(python, place / "tool", listen, ports)
        program = str(place / "tool" / "http_proxy.py")
        order = ["set", "live", f"127.0.0.1:{one.port}", str(drain), str(self.folder / "proxy")]
        said = subprocess.run(
            [python, "-I", "-B", program, *order], capture_output=True, text=True, check=False
        )
        if said.returncode != 0:
            raise Refused("failed", "the proxy does not switch", said.stderr.splitlines()[-5:])
        new = self.folder / "current.new"
        new.unlink(missing_ok=True)
        new.symlink_to(place)
        new.replace(self.folder / "current")
        for other in self._all():
            if other.name != release:
                other.stop(grace)
        return {"port": self.proxy.port, "undrained": int(said.stdout)}

    def _start_proxy(self, python: str, tool: Path, listen: str, ports: list[int]) -> None:
        folder = self.folder / "proxy"
        folder.mkdir(mode=0o700, exist_ok=True)
        for name in ("supervise.py", "http_proxy.py"):  # it may outlive this release
            write(folder / name, (tool / name).read_text("utf-8"))
        argv = [python, "-I", "-B", str(folder / "http_proxy.py"), "serve", "{fd}", str(folder)]
        spec = {"argv": argv, "cwd": "/", "env": {"PATH": os.defpath}, "listen": listen}
        write(self.proxy.folder / "keep", "")
        tried = [self.proxy.port, *ports]
        if not self.proxy.start_at(tried, spec, python, folder / "supervise.py"):
            raise Refused("port", f"no port of {', '.join(map(str, ports))} is free at {listen}")
        if not self.proxy.pid:
            raise Refused("failed", "the proxy does not start", self.proxy.tail()[-5:])

    def prune(self, keep: int) -> dict[str, Any]:
        """Remove what nobody needs: old releases but the live one and that before it."""
        ready = sorted(self.releases.glob(f"*/{_READY}"), key=lambda one: -one.stat().st_mtime)
        needed = {self._backend("live"), self._backend("previous")}
        kept = [one.parent.name for one in ready if one.parent.name not in needed]
        for name in kept[max(0, keep - len(needed)) :]:
            if not self.running(name).pid:
                shutil.rmtree(self.running(name).folder, ignore_errors=True)
                shutil.rmtree(self.releases / name, ignore_errors=True)
        about = map(read, self.root.glob(f"*/releases/*/{_READY}"))
        used = {(one or {}).get("environment", "") for one in about}
        for spec in self.root.glob("*/running/proxy/spec.json"):
            used.add(Path(read(spec)["argv"][0]).parents[1].name)
        for environment in self.environments.glob("*"):
            if environment.name not in used and time.time() - environment.stat().st_mtime > 3600:
                shutil.rmtree(environment, ignore_errors=True)
        return {}

    def stop(self, grace: float) -> dict[str, Any]:
        """End all that runs; what it stores stays."""
        live = self._backend("live")
        stopped = [one.stop(grace) for one in (self.proxy, *self._all())]
        return {"stopped": any(stopped), "live": live}

    def start_at_boot(self, wanted: bool) -> dict[str, Any]:
        """Have what is live started when this host has restarted, or nothing."""
        python = read(self.proxy.folder / "spec.json")["argv"][0] if wanted else ""
        return {"fault": BootUnit(self.folder, self.name).arrange(python)}

    def log(self, release: str, follow: bool) -> None:
        """Print the end of a release's log, with `follow` what comes after it while it runs."""
        one = self.running(release)
        _say("\n".join(one.tail()) + "\n")
        if follow and (one.folder / "log").is_file():
            with (one.folder / "log").open(errors="replace") as log:
                log.seek(0, 2)
                while one.pid:
                    _say(one.masked(log.read()))
                    time.sleep(_LOOK_SECONDS)
                _say(one.masked(log.read()))


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def main(root: str, name: str, orders: str, lease: str) -> None:
    os.umask(0o077)
    feature, asked = Feature(Path(root).expanduser(), name), json.loads(orders)
    holder = json.loads(lease)
    answer: Any
    try:
        with feature.lease.held(**holder) if holder else contextlib.nullcontext():
            answer = [getattr(feature, one.pop("order"))(**one) for one in asked]
    except Refused as error:
        answer = {"error": error.kind, "message": str(error), "evidence": error.evidence}
    except OSError as error:
        kind = {errno.ENOSPC: "full", errno.EDQUOT: "full"}.get(error.errno or 0, "failed")
        answer = {"error": kind, "errno": error.errno, "message": str(error), "evidence": []}
    if answer != [None]:  # a log is its own answer
        _say(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
