"""SERVICE mode with real processes: started, told apart, stopped, and nothing left."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from provisioner.errors import (
    FeatureConfigInvalid,
    ServiceUnhealthy,
    WaitTimedOut,
    WorkspaceInvalid,
)
from provisioner.feature.feature_config import FeatureConfig, read_feature_config
from provisioner.modes.base import Target
from provisioner.modes.service.process import (
    RunningService,
    listen,
    start_service,
    stop_service,
    wait_service,
)
from provisioner.sandbox.base import Sandbox
from provisioner.sandbox.choose import Unsandboxed

# No FastAPI: it would be most of the time of these tests.
BARE = """\
import json, os, signal, subprocess, sys

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        {startup}
        await send({{"type": "lifespan.startup.complete"}})
        await receive()
        await send({{"type": "lifespan.shutdown.complete"}})
        return
    body = {{"status": "ok", "revision": os.environ["REVISION"], "env": dict(os.environ)}}
    await send({{"type": "http.response.start", "status": {status}, "headers": []}})
    await send({{"type": "http.response.body", "body": json.dumps(body).encode()}})
"""

Write = Callable[..., Path]
UNSANDBOXED = Unsandboxed()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(startup: str = "pass", status: int = 200, text: str = "") -> Path:
        folder = tmp_path / "with spaces" / "orders"
        folder.mkdir(parents=True)
        (folder / "service.py").write_text(text or BARE.format(startup=startup, status=status))
        return folder

    return write


def configured(text: str = "") -> FeatureConfig:
    return read_feature_config(f"feature: orders\ntimeouts: {{startup_seconds: 20}}\n{text}")


@asynccontextmanager
async def running(
    folder: Path,
    config: FeatureConfig | None = None,
    sandbox: Sandbox = UNSANDBOXED,
) -> AsyncIterator[RunningService]:
    target = Target(
        feature="orders",
        folder=folder,
        state=folder.parent,
        log=folder.parent / "logs" / "service.log",
        label="run-1",
        sandbox=sandbox,
    )
    service = await start_service(target, config or configured(), revision="abc")
    try:
        yield service
    finally:
        await stop_service(service.model_copy(update={"grace_seconds": 0.1}))


def ask(url: str) -> dict[str, object]:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return dict(json.load(answer))


def run(*argv: str) -> str:
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[4])}
    return subprocess.run(argv, env=env, stdout=subprocess.PIPE, text=True, check=True).stdout


async def ended(service: RunningService) -> None:
    async with asyncio.timeout(20):
        while service.process.alive():  # noqa: ASYNC110 - a process that is not our child gives no event
            await asyncio.sleep(0.01)


def group(service: RunningService) -> list[str]:
    """What lives in the service's process group."""
    rows = (line.split(None, 2) for line in run("ps", "-eo", "pgid=,stat=,args=").splitlines())
    return [
        row[2] for row in rows if row[0] == str(service.process.pid) and not row[1].startswith("Z")
    ]


async def test_it_is_healthy_at_the_first_question_and_tells_its_revision(write: Write) -> None:
    async with running(write()) as service:
        report = await wait_service(service, configured())
        assert report.revision == "abc"
        assert report.attempts == 1  # the socket listens from the start, so nothing is refused
        assert service.process.alive()
    assert not service.process.alive()
    assert group(service) == []


@pytest.mark.parametrize("told", ["", "old"])
async def test_uvicorn_names_the_revision_where_the_service_names_none(
    told: str, write: Write
) -> None:
    async with running(write(startup=f"os.environ['REVISION'] = '{told}'")) as service:
        if told:
            with pytest.raises(ServiceUnhealthy, match="revision old answered, abc is wanted"):
                await wait_service(service, configured())
        else:
            assert (await wait_service(service, configured())).revision == "abc"


async def test_it_gets_a_short_list_of_variables_and_no_key(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    monkeypatch.setenv("DATABASE_URL", "postgresql://canary")
    config = configured("service: {env: {LEVEL: info}}")
    async with running(write(), config) as service:
        env = ask(f"{service.url}/health")["env"]
    assert isinstance(env, dict)
    assert (env["FEATURE"], env["REVISION"], env["AI_DEPLOY_RUN"]) == ("orders", "abc", "run-1")
    assert env["LEVEL"] == "info"
    assert "canary" not in str(env)
    known = {"PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "HOME"}
    known.add("PYTHONDONTWRITEBYTECODE")
    own = {"FEATURE", "REVISION", "UVICORN_HEADERS", "AI_DEPLOY_RUN", "LEVEL"}
    assert set(env) - known == own


async def test_a_secret_without_a_value_is_named_before_anything_starts(write: Write) -> None:
    folder = write()
    config = configured("service: {env: {TOKEN: {secret: api-token}}}")
    with pytest.raises(FeatureConfigInvalid, match=r"service\.env\.TOKEN .*'api-token'"):
        async with running(folder, config):
            pass
    assert not (folder.parent / "logs").exists()


async def test_nothing_is_written_into_the_feature_folder(write: Write) -> None:
    folder = write()
    async with running(folder) as service:
        await wait_service(service, configured())
    assert [path.name for path in folder.iterdir()] == ["service.py"]


async def test_one_that_dies_at_its_start_is_told_with_the_reason(write: Write) -> None:
    async with running(write(text="import no_such_package\n")) as service:
        with pytest.raises(ServiceUnhealthy, match="ended while it started") as caught:
            await wait_service(service, configured())
    assert "ModuleNotFoundError: No module named 'no_such_package'" in caught.value.evidence[-1]


async def test_the_reason_is_its_own_and_not_an_earlier_ones(write: Write) -> None:
    folder = write(text="import no_such_package\n")
    for text, reason in (("", "no_such_package"), ("raise SystemExit\n", "")):
        (folder / "service.py").write_text(text or "import no_such_package\n")
        async with running(folder) as service:
            with pytest.raises(ServiceUnhealthy) as caught:
                await wait_service(service, configured())
        assert ("no_such_package" in str(caught.value.evidence)) == bool(reason)


async def test_a_log_that_cannot_be_written_is_named(write: Write) -> None:
    folder = write()
    (folder.parent / "logs").write_text("a file in the place of the folder")
    with pytest.raises(WorkspaceInvalid, match=r"service\.log cannot be written"):
        async with running(folder):
            pass


async def test_in_the_sandbox_it_answers_and_reaches_nobody(
    write: Write, serving: Sandbox, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("CANARY")
    tried = {
        "REACHED": "socket.socket().connect_ex(('127.0.0.1', {port}))",
        "READ": "open({secret!r}).read()",
        "WROTE": "open(os.path.join(os.environ['APP'], 'planted'), 'w')",
        "KILLED": "os.kill({pid}, 0)",
    }
    with listen() as other:
        told = {"port": other.getsockname()[1], "secret": str(secret), "pid": os.getpid()}
        startup = "import socket\n        os.environ['APP'] = os.path.dirname(__file__)\n"
        for name, code in tried.items():
            startup += (
                f"        try: os.environ[{name!r}] = str({code.format(**told)})\n"
                f"        except OSError as error: os.environ[{name!r}] = 'refused'\n"
            )
        folder = write(startup=startup.replace("{", "{{").replace("}", "}}"))
        async with running(folder, sandbox=serving) as service:
            report = await wait_service(service, configured())
            env = report.body["env"]
            assert env["REACHED"] != "0"
            assert env["HOME"] == "/nonexistent"
            assert {env[name] for name in ("READ", "WROTE", "KILLED")} == {"refused"}
            assert service.process.alive()
    assert not service.process.alive()
    assert group(service) == []
    assert not (folder / "planted").exists()


async def test_in_the_sandbox_it_ends_gracefully(write: Write, serving: Sandbox) -> None:
    async with running(write(), sandbox=serving) as service:
        await wait_service(service, configured())
        await stop_service(service)
        assert "Application shutdown complete" in service.log.read_text()
    assert group(service) == []


async def test_in_the_sandbox_a_stubborn_one_is_killed_with_its_children(
    write: Write, serving: Sandbox
) -> None:
    mark = f"600{os.getpid()}"
    startup = (
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"        subprocess.Popen(['sleep', '{mark}'])\n"
        f"        try: subprocess.Popen(['sleep', '{mark}'], start_new_session=True)\n"
        "        except OSError: pass\n"
    )
    async with running(write(startup=startup), sandbox=serving) as service:
        await wait_service(service, configured())
    assert group(service) == []
    assert f"sleep {mark}" not in run("ps", "-eo", "args")


async def test_one_that_never_comes_up_times_out(write: Write) -> None:
    async with running(write(startup="await receive()")) as service:
        hasty = read_feature_config("feature: orders\ntimeouts: {startup_seconds: 1}\n")
        with pytest.raises(WaitTimedOut, match="within 1 s"):
            await wait_service(service, hasty)
        assert service.process.alive()
    assert group(service) == []


async def test_one_that_is_not_well_is_unhealthy(write: Write) -> None:
    async with running(write(status=404)) as service:
        with pytest.raises(ServiceUnhealthy, match="/health: it answered 404"):
            await wait_service(service, configured())


async def test_one_that_ignores_sigterm_is_killed_with_its_children(write: Write) -> None:
    startup = "signal.signal(signal.SIGTERM, signal.SIG_IGN); subprocess.Popen(['sleep', '600'])"
    async with running(write(startup=startup)) as service:
        await wait_service(service, configured())
        assert len(group(service)) == 2
    assert group(service) == []


async def test_a_service_that_ended_by_itself_is_stopped_without_an_error(write: Write) -> None:
    async with running(write()) as service:
        await wait_service(service, configured())
        await stop_service(service)
        await stop_service(service)
    assert not service.process.alive()


async def test_a_process_that_only_has_the_same_id_is_left_alone(write: Write) -> None:
    async with running(write()) as service:
        await wait_service(service, configured())
        later = dataclasses.replace(service.process, boot=service.process.boot + 3_600)
        other = service.model_copy(update={"process": later})
        assert not other.process.alive()
        await stop_service(other)
        assert service.process.alive()


async def test_a_record_survives_a_journal(write: Write) -> None:
    async with running(write()) as service:
        assert RunningService.model_validate_json(service.model_dump_json()) == service


KEEP = """\
import asyncio, sys
from pathlib import Path
from provisioner.feature.feature_config import read_feature_config
from provisioner.modes.base import Target
from provisioner.modes.service.process import start_service
from provisioner.sandbox.choose import Unsandboxed

async def keep():
    folder = Path(sys.argv[1])
    target = Target("orders", folder, folder, folder / "log", "r", Unsandboxed())
    service = await start_service(
        target, read_feature_config("feature: orders"), revision="kept")
    print(service.model_dump_json())

asyncio.run(keep())
"""


async def test_it_outlives_who_started_it_and_a_later_process_stops_it(write: Write) -> None:
    service = RunningService.model_validate_json(run(sys.executable, "-c", KEEP, str(write())))
    try:
        assert (await wait_service(service, configured())).revision == "kept"
    finally:
        await stop_service(service)
    assert group(service) == []


async def test_an_interrupt_of_the_terminal_does_not_reach_it(write: Write) -> None:
    async with running(write()) as service:
        assert (
            os.getsid(service.process.pid) == service.process.pid
        )  # a session of its own, without a terminal
