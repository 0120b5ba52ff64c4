"""The feature's service as a local process in the sandbox: starting, waiting for it, stopping."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ledger.process import Process
from provisioner.errors import FeatureConfigInvalid
from provisioner.feature.feature_config import FeatureConfig
from provisioner.feature.packages.environment import Environments
from provisioner.files.atomic import write_errors
from provisioner.modes.base import Target
from provisioner.modes.health import HealthReport, revision_variables, wait_healthy
from provisioner.process import start_process, stop_process
from provisioner.process.environment import clean_environment
from provisioner.sandbox.base import RUN_LABEL, Command, Confinement, Limits, Sandbox

#: A server runs for days, and its log grows; its memory and its processes are bounded still.
LIMITS = Limits(cpu_seconds=1 << 30, memory_bytes=2 << 30, processes=512, file_bytes=1 << 40)
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH")


class RunningService(BaseModel):
    """A service that was started, as a later process needs it to find and to stop it.

    Attributes:
        log: receives its output, after that of earlier services.
        log_start: the byte of the log that its own output begins at.
        grace_seconds: time between SIGTERM and SIGKILL.
    """

    model_config = ConfigDict(frozen=True)

    url: str
    process: Process
    log: Path
    log_start: int
    revision: str
    grace_seconds: float


async def start_service(
    target: Target,
    config: FeatureConfig,
    *,
    revision: str,
    data: Path | None = None,
    database_port: int | None = None,
) -> RunningService:
    """Start `service:app` of the feature's folder under uvicorn, in the sandbox, on a free port.

    The service gets a short list of variables and nothing else of our environment. It reads its
    folder and its packages, and reaches no other service of this machine but the database.

    Args:
        revision: what /health shall answer.
        data: an existing folder that it may write in, for what outlives it; passed as DATA_DIR.
        database_port: of a database on this machine, which it may connect to.

    Raises:
        FeatureConfigInvalid: a variable refers to a secret.
        WorkspaceInvalid: the log cannot be written.
        IndexUnreachable, Unresolvable: its packages are not there, and cannot be installed.
    """
    sandbox = target.require_sandbox()
    packages = await Environments(target.state).of_folder(target.folder)
    environment = _environment(config, revision, target.label, data)
    with write_errors(target.log):
        target.log.parent.mkdir(parents=True, exist_ok=True)
        with target.log.open("ab") as file:
            log_start = file.tell()
    with listen() as listener:
        confinement = Confinement(
            limits=LIMITS,
            folder=data,
            readable=(target.folder, *packages.readable),
            environment=environment,
            cwd=target.folder,
            port=database_port,
            listener=listener.fileno(),
        )
        argv = [  # -I keeps PYTHON* variables and the user's packages out of it
            *(packages.python, "-I", "-B", "-u", "-m", "uvicorn", "service:app"),
            *("--app-dir", str(target.folder), "--fd", str(listener.fileno())),
            *("--timeout-graceful-shutdown", str(config.timeouts.stop_seconds)),
        ]
        process = await start_confined(sandbox, argv, confinement, target.log)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    return RunningService(
        url=url,
        process=process,
        log=target.log,
        log_start=log_start,
        revision=revision,
        grace_seconds=config.timeouts.stop_seconds + 1,
    )


async def wait_service(service: RunningService, config: FeatureConfig) -> HealthReport:
    """Wait until a service that was started is healthy; errors are those of `wait_healthy`."""
    return await wait_healthy(
        service.url,
        path=config.service.health_path,
        deadline_seconds=config.timeouts.startup_seconds,
        alive=service.process.alive,
        revision=service.revision,
        log=service.log,
        log_start=service.log_start,
    )


async def stop_service(service: RunningService) -> None:
    """End a service and its process group, see `stop_process`."""
    await stop_process(service.process, service.grace_seconds)


def listen() -> socket.socket:
    """Open a listening socket on a free loopback port, for a service to inherit.

    So nobody can take the port in between, and connections wait in its queue until the service
    accepts them. Close it here once the service has it: the queue then dies with the service.
    """
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    # uvicorn takes an inherited descriptor for a Unix socket and leaves Nagle's algorithm on:
    # 45 ms a request on a kept connection, against 1.2. Accepted connections inherit this.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


async def start_confined(
    sandbox: Sandbox, argv: Sequence[str], confinement: Confinement, log: Path
) -> Process:
    """Start a background process in the sandbox that inherits `confinement.listener`.

    Its temporary folder is made beside the log where the sandbox has none of its own.
    """
    assert confinement.listener is not None
    command, cwd = _confined(sandbox, argv, confinement, log.parent)
    return await start_process(
        command.argv, cwd=cwd, env=command.environment, log=log, pass_fds=(confinement.listener,)
    )


def _confined(
    sandbox: Sandbox, argv: Sequence[str], confinement: Confinement, beside: Path
) -> tuple[Command, Path]:
    private = Path(tempfile.mkdtemp(prefix="service-", dir=beside))
    command = sandbox.confine(argv, confinement, private=private)
    if not any(Path(place).is_relative_to(private) for place in command.temporary):
        private.rmdir()
    return command, confinement.start_folder(private)


def service_variables(config: FeatureConfig) -> dict[str, str]:
    """The variables of `service.env`; raises FeatureConfigInvalid where one refers to a secret."""
    for name, value in config.service.env.items():
        if not isinstance(value, str):
            raise FeatureConfigInvalid(
                f"service.env.{name} refers to the secret {value.secret!r}, which is not given",
                next_step=f"give {name} a plain value",
            )
    return {name: str(value) for name, value in config.service.env.items()}


def _environment(
    config: FeatureConfig, revision: str, label: str, data: Path | None
) -> dict[str, str]:
    """The service's whole environment."""
    ours = clean_environment()
    env = {name: ours[name] for name in _PASSED_ON if name in ours} | service_variables(config)
    own = {"FEATURE": config.feature, **revision_variables(revision), RUN_LABEL: label}
    if data is not None:
        own["DATA_DIR"] = str(data)
    return env | own | {"HOME": "/nonexistent"}  # as the image's user: what works here works there
