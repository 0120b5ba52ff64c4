"""Parts of the workspace: its models, repository and records."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

from assistant.errors import AssistantError
from assistant.providers.chat import ChatProvider
from assistant.providers.factory import ProviderFactory
from graph.config.models import DeploymentConfig, Mode
from graph.doctor.part import Part
from graph.errors import SET_A_KEY
from graph.plan import MODES
from ledger.connection import database_url
from ledger.database import open_ledger
from ledger.errors import LedgerError
from ledger.text.counted import counted
from provisioner.errors import ProvisionerError
from provisioner.files.workspace import BEHAVIORS, STATE
from provisioner.git.inspection import ask_remote, committer
from provisioner.git.repository import Repository, open_repository
from provisioner.modes.base import Provisioner

_HERE: tuple[Mode, ...] = ("CODE", "SERVICE", "CONTAINER")
ELSEWHERE: Mapping[Mode, str] = {mode: f"target of {mode}" for mode in MODES if mode not in _HERE}
"""The part of each mode that deploys to another machine."""

_ASK = "--ask asks"
_ASK_SECONDS = 20.0
_EXAMINED = 20  # runs, the latest ones
_NAME = 'git config --global user.name "…"; git config --global user.email …'
_SIGN = "`echo test | gpg --clearsign`, or `ssh-add -l`, shows whether the key can be used"


async def model_parts(
    settings: DeploymentConfig, environ: Mapping[str, str], *, ask: bool
) -> list[Part]:
    """The providers, in the order in which they are asked; with `ask`, whether they answer."""
    try:
        providers = ProviderFactory(settings.assistant, environ).providers()
    except AssistantError as error:
        return [Part.broken("model", error, remedy=SET_A_KEY)]
    parts = [Part("model", "no", line, SET_A_KEY) for line in providers.left_out]
    for one in providers.configured:
        if isinstance(one.provider, ChatProvider):
            parts.append(await _provider(one.provider, one.shown, ask=ask))
        else:
            what = f"{one.shown}: reads the sentences of docs/offline-language.md and no others"
            parts.append(Part("model", "yes", what, f"for other requirements, {SET_A_KEY}"))
    return parts


async def _provider(provider: ChatProvider, shown: str, *, ask: bool) -> Part:
    key = f"{provider.key_variable} is set" if provider.key_variable else "no key is set"
    if not ask:
        return Part("model", "unknown", f"{shown}: {key}; it was not asked", _ASK)
    found = await provider.list_models(_ASK_SECONDS)
    if isinstance(found, tuple):
        return Part("model", "yes", f"{shown}: {key}, and it answers; its quota is not known")
    error = provider.error(found)
    return Part("model", "no", str(error), error.remedy or "wait until it is back")


async def repository_parts(workspace: Path, settings: DeploymentConfig, *, ask: bool) -> list[Part]:
    """The repository, who commits, and the remote; with `ask`, whether that answers."""
    try:
        repository = await open_repository(workspace)
        branch = settings.git.branch_of("feature")
        await repository.check_committable(BEHAVIORS, branch)
    except ProvisionerError as error:
        return [Part.broken("repository", error)]
    return [
        Part("repository", "yes", f"{repository.git.toplevel}"),
        *await _identity(repository),
        await _remote(repository, branch, settings, ask=ask),
    ]


async def _identity(repository: Repository) -> list[Part]:
    who, configured, signed = await committer(repository)
    parts = [Part("identity", "yes", who, "" if configured else f"to be named yourself: {_NAME}")]
    if signed:
        what = "your git signs commits; whether the key can be used shows at the first one"
        parts.append(Part("signing", "unknown", what, _SIGN))
    return parts


async def _remote(
    repository: Repository, branch: str | None, settings: DeploymentConfig, *, ask: bool
) -> Part:
    name = settings.git.remote
    try:
        url = await repository.push_url(branch, name)
        if url and ask:
            await ask_remote(repository, branch, name)
    except ProvisionerError as error:
        return Part.broken("remote", error)
    if not url:
        return Part("remote", "yes", "there is none: commits are not pushed")
    if ask:
        return Part("remote", "yes", f"{url} answers; whether a push is allowed is not known")
    return Part("remote", "unknown", f"{url} was not asked", _ASK)


def remote_parts(settings: DeploymentConfig) -> list[Part]:
    """What the modes that deploy elsewhere are set to; nothing there is asked."""
    return [_elsewhere(mode, name, settings) for mode, name in ELSEWHERE.items()]


def _elsewhere(mode: Mode, name: str, settings: DeploymentConfig) -> Part:
    try:
        Provisioner.check_settings(mode, settings.of_mode(mode))
    except ProvisionerError as error:
        return Part.broken(name, error)
    return Part(name, "unknown", "the settings are whole; it was not asked, a run asks")


async def ledger_part(workspace: Path, environ: Mapping[str, str]) -> Part:
    """The record of the runs, and whether it is whole."""
    state = workspace / STATE
    place = state if state.exists() else workspace
    if not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
        return Part("ledger", "no", f"{place} cannot be written", "let this user write there")
    if not environ.get("DATABASE_URL") and not (state / "ledger.sqlite").exists():
        return Part("ledger", "yes", "no run was made here yet; the first one makes it")
    return await asyncio.to_thread(_examine, database_url(environ, state))


def _examine(url: str) -> Part:
    try:
        with open_ledger(url) as ledger:
            runs = ledger.runs.list(limit=_EXAMINED)
            for run in runs:
                ledger.require_whole(run.run_id)
            name = ledger.database.name
    except LedgerError as error:
        return Part.broken("ledger", error)
    latest = counted(len(runs), "run") if len(runs) < _EXAMINED else f"the latest {_EXAMINED} runs"
    return Part("ledger", "yes", f"{name}: {latest}, whole")
