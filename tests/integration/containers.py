"""What tests of containers need: a feature that is small to build, and the engine's view of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import distribution
from pathlib import Path

import httpx
from packaging.requirements import Requirement
from pydantic import BaseModel

from provisioner.image.engine import Engine
from provisioner.modes.base import Target
from provisioner.modes.container.engine import OWNER, Owner
from provisioner.sandbox.base import Sandbox

#: A service without a framework, so that its environment is quick to make; pins as in
#: constraints.txt.
LOCK = "click=={click}\nh11=={h11}\nuvicorn=={uvicorn}\n"
SERVICE = '''\
"""Answers /health, counts what is stored in DATA_DIR, and runs Python that it is sent."""

import io, json, os, sys
from contextlib import redirect_stdout
from pathlib import Path

{start}
NOTES = Path(os.environ["DATA_DIR"], "notes")


async def body_of(receive):
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    return body.decode()


async def answer(scope, receive):
    if scope["path"] == "/health":
        return {{"status": "ok", "revision": os.environ["REVISION"]}}
    if scope["path"] == "/notes":
        with NOTES.open("a") as notes:
            notes.write(await body_of(receive) + "\\n")
        return NOTES.read_text().split()
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(await body_of(receive), {{}})
    return json.loads(printed.getvalue())


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        await send({{"type": "lifespan.startup.complete"}})
        await receive()
        await send({{"type": "lifespan.shutdown.complete"}})
        return
    said = json.dumps(await answer(scope, receive)).encode()
    headers = [(b"content-length", str(len(said)).encode())]
    await send({{"type": "http.response.start", "status": 200, "headers": headers}})
    await send({{"type": "http.response.body", "body": said}})
'''
SERVICE_TESTS = """\
from service_test_base import ServiceTestCase, main


class NotesTest(ServiceTestCase):
    def test_notes_are_kept(self) -> None:
        self.assertEqual(self.service.post("/notes", "one").body, ['"one"'])

    def test_notes_outlive_it_after_a_restart(self) -> None:
        made = self.made_before("notes", lambda: self.service.post("/notes", "two").body)
        self.assertEqual(self.service.post("/notes", "three").body[: len(made)], made)


if __name__ == "__main__":
    main()
"""
_ROOT = Path(__file__).resolve().parents[2]


def pins() -> dict[str, str]:
    lines = (_ROOT / "constraints.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if "==" in line)


def fastapi_lock() -> str:
    """FastAPI, uvicorn and what they need, pinned as they are installed here."""
    wanted, found = ["fastapi", "uvicorn"], dict[str, str]()
    while wanted:
        one = distribution(wanted.pop())
        if one.name not in found:
            found[one.name] = one.version
            needed = map(Requirement, one.requires or ())
            wanted += [it.name for it in needed if not it.marker or it.marker.evaluate()]
    return "".join(f"{name}=={version}\n" for name, version in sorted(found.items()))


def write_feature(folder: Path, name: str, *, start: str = "", config: str = "") -> Path:
    """A feature's folder; `start` is run before its service starts."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "feature-config.yaml").write_text(
        f"feature: {name}\ntimeouts: {{startup_seconds: 30, stop_seconds: 2}}\n{config}"
    )
    (folder / "requirements.lock").write_text(LOCK.format(**pins()))
    (folder / "main.py").write_text("")
    (folder / "service.py").write_text(SERVICE.format(start=start))
    base = _ROOT / "behaviors" / "_template" / "service_test_base.py"
    (folder / "service_test_base.py").write_text(base.read_text())
    (folder / "service-test.py").write_text(SERVICE_TESTS)
    return folder


def target(
    root: Path,
    name: str,
    sandbox: Sandbox | None = None,
    *,
    settings: BaseModel | None = None,
    run: str = "run",
) -> Target:
    """A feature of a workspace, as a run of that name has it; `settings` are those of the mode."""
    return Target(
        feature=name,
        folder=root / "behaviors" / name,
        state=root / ".ai-deploy",
        log=root / ".ai-deploy" / "runs" / run / "service.log",
        label=run,
        sandbox=sandbox,
        settings=settings,
    )


def run_inside(url: str, code: str) -> object:
    """What a program prints that the service runs in its container, as JSON."""
    return httpx.post(f"{url}/run", content=code, timeout=30).json()


def left_of(engine: Engine, root: Path, name: str) -> dict[str, str]:
    """The feature's containers, by name, with their state."""
    owner = Owner(name, root / ".ai-deploy").name
    listed = engine.client.api.containers(all=True, filters={"label": f"{OWNER}={owner}"})
    return {one["Names"][0].lstrip("/"): one["State"] for one in listed}


def remove_all(engine: Engine, root: Path, *names: str) -> None:
    """Remove what features left in the engine, their data too."""
    for name in names:
        wanted = {"label": f"{OWNER}={Owner(name, root / '.ai-deploy').name}"}
        for container in engine.client.containers.list(all=True, filters=wanted):
            container.remove(force=True)
        for volume in engine.client.volumes.list(filters=wanted):
            volume.remove()
        for network in engine.client.networks.list(filters=wanted):
            network.remove()


@dataclass
class Client:
    """A client that never stops asking; what it was answered, and what failed."""

    revisions: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Go on asking until something is so."""
        while not condition() and not self.failures:
            threading.Event().wait(0.01)


@contextmanager
def asking(url: str, *, kept: bool) -> Iterator[Client]:
    """Ask /health again and again, on one connection or on one each."""
    client, stop = Client(), threading.Event()

    def ask() -> None:
        with httpx.Client(trust_env=False, timeout=30) as connection:
            while not stop.is_set():
                try:
                    headers = {} if kept else {"connection": "close"}
                    answer = connection.get(f"{url}/health", headers=headers)
                    answer.raise_for_status()
                    client.revisions.append(answer.json()["revision"])
                except (httpx.HTTPError, ValueError) as error:
                    client.failures.append(repr(error))

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield client
    finally:
        stop.set()
        thread.join()
