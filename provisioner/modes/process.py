"""The feature's service as a local process: starting, waiting for it, stopping."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from pydantic import TypeAdapter

from ledger.process import Process
from provisioner.errors import FeatureConfigInvalid, WorkspaceInvalid
from provisioner.feature.feature_config import FeatureConfig
from provisioner.modes.health import HealthReport, wait_healthy
from provisioner.modes.ports import LOOPBACK, listen
from provisioner.modes.service_launch import LIMITS, start_confined
from provisioner.process import stop_process
from provisioner.process.environment import clean_environment
from provisioner.sandbox.base import Confinement, Sandbox
from provisioner.sandbox.labelled import RUN_LABEL

_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class RunningService:
    """A service that was started, as a later process needs it to find and to stop it.

    Attributes:
        url: where it answers.
        process: leads its own group.
        log: receives its output, after that of earlier services.
        log_start: the byte of the log that its own output begins at.
        revision: what /health must answer.
        grace_seconds: time between SIGTERM and SIGKILL.
    """

    url: str
    process: Process
    log: Path
    log_start: int
    revision: str
    grace_seconds: float

    def to_json(self) -> bytes:
        """Serialize; `from_json` is the reverse."""
        return _SERVICE.dump_json(self)

    @classmethod
    def from_json(cls, data: bytes) -> RunningService:
        """Parse what `to_json` returned; raises ValueError for anything else."""
        return _SERVICE.validate_json(data)


_SERVICE = TypeAdapter(RunningService)


async def start_service(
    folder: Path,
    config: FeatureConfig,
    *,
    revision: str,
    label: str,
    log: Path,
    sandbox: Sandbox,
    port: int = 0,
    secrets: Mapping[str, str] = MappingProxyType({}),
    data: Path | None = None,
    database_port: int | None = None,
) -> RunningService:
    """Start `service:app` of a feature folder under uvicorn, in the sandbox.

    The port is bound here and inherited by the service, so nobody can take it in between. The
    service gets a short list of variables and nothing else of our environment. It reads its
    folder, and reaches no other service of this machine but the database.

    Args:
        revision: what /health shall answer.
        label: in its environment, see `provisioner.sandbox.labelled`.
        log: a file that both outputs are appended to.
        port: 0 takes a free one.
        secrets: values of secrets by name, for the variables that refer to one.
        data: an existing folder that it may write in, for what outlives it; passed as DATA_DIR.
        database_port: of a database on this machine, which it may connect to.

    Raises:
        PortTaken: another process listens on the port.
        FeatureConfigInvalid: a variable refers to a secret that `secrets` lacks.
        ToolMissing: the interpreter is not there.
        WorkspaceInvalid: the log cannot be written.
    """
    env = service_environment(config, revision, label, secrets)
    if data is not None:
        env["DATA_DIR"] = str(data)
    log_start = _log_size(log)
    with listen(port) as listener:
        confinement = Confinement(
            limits=LIMITS,
            folder=data,
            readable=(folder,),
            environment=env,
            cwd=folder,
            port=database_port,
            listener=listener.fileno(),
        )
        argv = service_argv(folder, listener.fileno(), config)
        process = await start_confined(sandbox, argv, confinement, log)
        url = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
    grace = config.timeouts.stop_seconds + 1
    return RunningService(url, process, log, log_start, revision, grace)


async def wait_service(service: RunningService, config: FeatureConfig) -> HealthReport:
    """Wait until a service that was started is healthy.

    Raises:
        ServiceUnhealthy, WaitTimedOut: as `wait_healthy`.
    """
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


def service_argv(folder: Path, descriptor: int, config: FeatureConfig) -> list[str]:
    """Build the command; `-I` keeps PYTHON* variables and the user's packages out of it."""
    return [
        *(sys.executable, "-I", "-B", "-u", "-m", "uvicorn", "service:app"),
        *("--app-dir", str(folder), "--fd", str(descriptor)),
        *("--timeout-graceful-shutdown", str(config.timeouts.stop_seconds)),
    ]


def service_environment(
    config: FeatureConfig, revision: str, label: str, secrets: Mapping[str, str]
) -> dict[str, str]:
    """Build the service's whole environment.

    Raises:
        FeatureConfigInvalid: a secret is not among `secrets`.
    """
    ours = clean_environment()
    env = {name: ours[name] for name in _PASSED_ON if name in ours}
    for name, value in config.service.env.items():
        if isinstance(value, str):
            env[name] = value
        elif value.secret in secrets:
            env[name] = secrets[value.secret]
        else:
            raise FeatureConfigInvalid(
                f"service.env.{name} refers to the secret {value.secret!r}, which is not given",
                next_step=f"provide {value.secret!r}, or give {name} a plain value",
            )
    return env | {
        "HOME": "/nonexistent",  # as for the image's user: what works here works there
        "FEATURE": config.feature,
        "REVISION": revision,
        RUN_LABEL: label,
    }


def _log_size(log: Path) -> int:
    """The log's size; its folder is made, and an error raised where it cannot be written."""
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as file:
            return file.tell()
    except OSError as error:
        raise WorkspaceInvalid(
            f"the log {log} cannot be written: {error.strerror}",
            next_step="make its folder writable",
        ) from error
