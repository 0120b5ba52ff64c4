"""Azure's resource manager: what is asked of it, and its refusals in words that say what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from provisioner.errors import AzureDenied, AzureRefused, ProvisionerError, RemoteUnreachable

Method = Literal["GET", "PUT", "PATCH", "POST"]
Json = Mapping[str, Any]

#: Of Microsoft.App; the newest that has all that is used here and is in every az command of 2025.
API_VERSION = "2025-01-01"
REGISTRY_VERSION = "2019-04-01"  # of Microsoft.ContainerRegistry's tasks
_INSIDE = "https://learn.microsoft.com/azure/container-apps/troubleshooting"
LOGIN = "`az login`, or in a workflow azure/login by OpenID Connect; `az account show` must answer"
_AUTHENTICATION = re.compile(
    r"AuthenticationToken|AuthenticationFailed|AADSTS\d+|az login|InvalidTenant", re.IGNORECASE
)
_LATER = re.compile(
    r"TooManyRequests|OperationInProgress|AnotherOperation|Timeout|ServerBusy|RetryableError"
)
#: What Azure says: a pattern of code and message, what is wrong, what to do.
_REFUSALS = (
    (
        r"MissingSubscriptionRegistration|not registered to use namespace",
        "the subscription is not registered for Container Apps",
        "`az provider register --namespace Microsoft.App --wait`",
    ),
    (
        r"UNAUTHORIZED|authentication required|requested access to the resource is denied",
        "Azure may not pull the image from the registry",
        "give the app's identity (azure.identity) the role AcrPull on the registry; on one that "
        "works with repository permissions (ABAC) AcrPull does nothing, the role is "
        '"Container Registry Repository Reader"',
    ),
    (
        r"no child with platform linux/amd64|image OS/Arc must be linux/amd64",
        "the image is not one for linux/amd64",
        "build it anew: azure images are built for linux/amd64 whatever this machine is",
    ),
    (
        r"ManagedEnvironmentNotReadyForAppCreation|ManagedEnvironmentNotReady",
        "the Container Apps environment is not ready",
        "`az containerapp env show` tells its state; wait until it is Succeeded",
    ),
    (
        r"ContainerAppSecretInvalid|ContainerAppSecretKeyVault|SecretRefNotFound",
        "Azure does not take a secret",
        "see that it has a value, or that azure.identity may read it in its Key Vault "
        '(role "Key Vault Secrets User")',
    ),
    (
        r"ResourceGroupNotFound",
        "there is no such resource group",
        "`az group create`, or correct azure.resource_group",
    ),
    (
        r"SubscriptionNotFound|InvalidSubscriptionId",
        "there is no such subscription, or this login does not see it",
        "`az account list` shows those that it sees; correct azure.subscription",
    ),
)


class AzureSilent(RemoteUnreachable):
    """Azure's API gives no answer for now: nothing is known by it. `retry_after` is in seconds."""

    def __init__(self, message: str, *, retry_after: float = 0.0) -> None:
        super().__init__(message, next_step="give the same command again; it goes on by itself")
        self.retry_after = retry_after


class ResourceManager(Protocol):
    """The resource manager, through whichever client."""

    async def request(self, method: Method, path: str, body: Json | None = None) -> Json | None:
        """The answer to a request of a resource's path, {} for an empty one; None for a 404.

        Raises:
            AzureDenied: no credentials, or they are refused, or lack a role.
            AzureRefused: the request is wrong.
            AzureSilent: throttled, busy, or no answer.
        """
        ...

    async def close(self) -> None:
        """Release its connections."""
        ...


def api_version(path: str) -> str:
    """The version of the API that a resource's path belongs to."""
    return REGISTRY_VERSION if "/Microsoft.ContainerRegistry/" in path else API_VERSION


@dataclass(frozen=True, slots=True)
class Answer:
    """A raw answer of the resource manager; `retry_after` in seconds, 0 where it said none."""

    status: int
    text: str
    retry_after: float = 0.0

    def parsed(self, what: str) -> Json | None:
        """The body of a success, None for a resource that is not there; raises as `request`."""
        if self.status == 404 and not re.search("GroupNotFound|SubscriptionNotFound", self.text):
            return None
        if self.status >= 400:
            raise refusal(self, what)
        try:
            found = json.loads(self.text or "{}")
        except ValueError as error:
            raise AzureSilent(f"{what}: the answer is no JSON: {self.text[:200]!r}") from error
        return found if isinstance(found, dict) else {"value": found}


def refusal(answer: Answer, what: str) -> ProvisionerError:
    """The error for an answer of 400 or more; `what` was asked."""
    code, message = _code_and_message(answer.text)
    said = f"{code}: {message}" if code else message
    shown = (f"{answer.status} {said}"[:1_000],)
    if answer.status in (408, 429) or answer.status >= 500 or _LATER.search(code):
        return AzureSilent(
            f"{what}: Azure answers {shown[0][:300]}", retry_after=answer.retry_after
        )
    if answer.status == 401 or _AUTHENTICATION.search(code):
        return AzureDenied("Azure refuses the login", evidence=shown, next_step=LOGIN)
    if answer.status == 403:
        tasks = "Microsoft.ContainerRegistry/" in what
        role = "Container Registry Tasks Contributor" if tasks else "Container Apps Contributor"
        return AzureDenied(
            f"{what}: this login may not do that",
            evidence=shown,
            next_step=f'`az role assignment create --role "{role}" --assignee WHO --scope GROUP`; '
            "it takes some minutes to count",
        )
    for pattern, wrong, step in _REFUSALS:
        if re.search(pattern, said, re.DOTALL):
            return AzureRefused(f"{what}: {wrong}", evidence=shown, next_step=step)
    return AzureRefused(f"{what}: {said[:300]}", evidence=shown, next_step=f"see {_INSIDE}")


def _code_and_message(text: str) -> tuple[str, str]:
    try:
        error = json.loads(text)
        error = error.get("error", error)
        return str(error.get("code") or error.get("Code") or ""), str(error.get("message") or text)
    except (ValueError, AttributeError):
        return "", text.strip()
