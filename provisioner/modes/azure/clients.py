"""The two clients of the resource manager: Azure's SDK, and the az command without it."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from contextlib import suppress
from http import HTTPStatus
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from provisioner.errors import AzureDenied, AzureMissing
from provisioner.files.temporary import private_folder
from provisioner.modes.azure.api import (
    LOGIN,
    Answer,
    AzureSilent,
    Json,
    Method,
    ResourceManager,
    api_version,
)
from provisioner.modes.azure.settings import AzureSettings
from provisioner.process import run_command
from provisioner.process.environment import clean_environment

if TYPE_CHECKING:
    from azure.identity import DefaultAzureCredential

_CONNECT_SECONDS, _READ_SECONDS, _COMMAND_SECONDS = 10, 60, 120
INSTALL = "install Azure's SDK: `pip install 'ai-assisted-deploy[azure]'`"
_PUBLIC_LOGIN = ("login.microsoftonline.com", "login.microsoftonline.us", "login.chinacloudapi.cn")
_ENVIRONMENT = (
    *("AZURE_CONFIG_DIR", "AZURE_CORE_COLLECT_TELEMETRY", "AZURE_HTTP_USER_AGENT"),
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
    *("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL"),
)
#: az writes `ERROR: <reason of HTTP>(<body>)`.
_AZ_ERROR = re.compile(r"ERROR: ([A-Za-z ]+?)\((.*)\)\s*$", re.DOTALL)
_AZ_LOGIN = re.compile(r"az login|AADSTS\d+|az account set|No subscription found", re.IGNORECASE)
_STATUS = {one.phrase.lower(): one.value for one in HTTPStatus}


def open_manager(settings: AzureSettings) -> ResourceManager:
    """The client that is configured, or the first of the two that is installed.

    Raises:
        AzureMissing: it is not installed.
    """
    if settings.client != "az" and _has_sdk():
        return SdkManager(settings.resource_manager, settings.subscription)
    if settings.client == "sdk":
        raise AzureMissing("Azure's SDK is not installed", next_step=INSTALL)
    az = shutil.which("az", path=clean_environment()["PATH"])
    if az is None:
        raise AzureMissing(
            "neither Azure's SDK nor the az command is installed",
            next_step=f"{INSTALL}; or the az command: https://aka.ms/install-azure-cli",
        )
    return AzManager(az, settings.resource_manager)


def _has_sdk() -> bool:
    with suppress(ModuleNotFoundError):
        return bool(find_spec("azure.identity") and find_spec("azure.mgmt.appcontainers"))
    return False


class SdkManager:
    """The resource manager by azure-mgmt-appcontainers; retries are ours, not the SDK's."""

    def __init__(self, endpoint: str, subscription: str) -> None:
        from azure.core.pipeline import policies
        from azure.mgmt.appcontainers import ContainerAppsAPIClient
        from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy

        self._credential = default_credential()
        authentication = ARMChallengeAuthenticationPolicy(self._credential, f"{endpoint}/.default")
        # Without the SDK's own: it would repeat requests, and register providers without asking.
        chosen: list[Any] = [
            policies.RequestIdPolicy(),
            policies.UserAgentPolicy(user_agent="ai-assisted-deploy"),
            policies.ProxyPolicy(),
            authentication,
        ]
        self._client = ContainerAppsAPIClient(
            self._credential, subscription, base_url=endpoint, policies=chosen
        )

    async def request(self, method: Method, path: str, body: Json | None = None) -> Json | None:
        what = f"{method} {_shown(path)}"
        return (await asyncio.to_thread(self._send, method, path, body, what)).parsed(what)

    async def close(self) -> None:
        self._client.close()
        self._credential.close()

    def _send(self, method: Method, path: str, body: Json | None, what: str) -> Answer:
        from azure.core.exceptions import AzureError, ClientAuthenticationError
        from azure.core.rest import HttpRequest

        request = HttpRequest(method, path, params={"api-version": api_version(path)}, json=body)
        try:
            response = self._client.send_request(
                request, connection_timeout=_CONNECT_SECONDS, read_timeout=_READ_SECONDS
            )
        except ClientAuthenticationError as error:
            lines = [line.strip() for line in str(error).splitlines() if line.strip()]
            raise AzureDenied(
                "Azure refuses the login, or there is none", evidence=lines[:12], next_step=LOGIN
            ) from error
        except AzureError as error:
            raise AzureSilent(f"{what}: {type(error).__name__}: {error}") from error
        wait = response.headers.get("Retry-After", "")
        return Answer(response.status_code, response.text(), float(wait) if wait.isdigit() else 0.0)


def default_credential() -> DefaultAzureCredential:
    """The credentials of this machine: the environment's, OpenID Connect, az login."""
    from azure.identity import DefaultAzureCredential

    authority = clean_environment(inherit=("AZURE_AUTHORITY_HOST",)).get("AZURE_AUTHORITY_HOST", "")
    host = urlsplit(authority if "//" in authority else f"//{authority}").hostname
    # A cloud of one's own is not in the public list of clouds that would be asked else.
    own = bool(host) and host not in _PUBLIC_LOGIN
    return DefaultAzureCredential(disable_instance_discovery=own)


class AzManager:
    """The resource manager by `az rest`, one command a request, with az's own login."""

    def __init__(self, az: str, endpoint: str) -> None:
        self._az, self._endpoint = az, endpoint

    async def request(self, method: Method, path: str, body: Json | None = None) -> Json | None:
        what = f"{method} {_shown(path)}"
        with private_folder("az") as folder:
            argv = [self._az, "rest", "--method", method.lower(), "--only-show-errors"]
            argv += ["--url", f"{self._endpoint}{path}?api-version={api_version(path)}"]
            if body is not None:  # in a file: it may hold secrets
                file = Path(folder) / "body.json"
                file.touch(mode=0o600)
                file.write_text(json.dumps(body), "utf-8")
                argv += ["--body", f"@{file}", "--headers", "Content-Type=application/json"]
            done = await run_command(
                argv,
                cwd=Path("/"),
                env=clean_environment(inherit=_ENVIRONMENT),
                timeout=_COMMAND_SECONDS,
                check=False,
            )
        if done.timed_out:
            raise AzureSilent(f"{what}: az gave no answer within {_COMMAND_SECONDS} s")
        if done.exit_code == 0:
            return Answer(200, done.stdout.decode("utf-8", "replace").strip()).parsed(what)
        return az_answer(done.stderr.decode("utf-8", "replace"), what).parsed(what)

    async def close(self) -> None:
        """Nothing is open between two commands."""


def az_answer(said: str, what: str) -> Answer:
    """The answer that az reports as an error; raises AzureDenied or AzureSilent for its own."""
    match = _AZ_ERROR.search(said)
    status = _STATUS.get(match[1].strip().lower()) if match else None
    if match and status:
        return Answer(status, match[2])
    lines = [line for line in said.splitlines() if line.strip()][-8:]
    if _AZ_LOGIN.search(said):
        raise AzureDenied(
            "az is not logged in, or its login is refused", evidence=lines, next_step=LOGIN
        )
    raise AzureSilent(f"{what}: az fails: {' '.join(lines)[:500]}")


def _shown(path: str) -> str:
    """A path from the provider on, which is enough to know it by."""
    return path.partition("/providers/")[2] or path
