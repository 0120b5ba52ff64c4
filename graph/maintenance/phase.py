"""One phase of maintenance: a change is shown, reviewed, written whole, tried, or taken back.

A record in the state folder has it taken back, too, where the process is killed meanwhile.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assistant.calls.classify import Finding
from assistant.calls.selection import load_models
from assistant.config import AssistantSettings
from assistant.errors import AssistantConfigError, NoProviderAvailable
from assistant.providers.chat import ChatProvider
from assistant.providers.factory import ConfiguredProvider, ProviderFactory
from graph.config.layers import resolve
from graph.config.models import FILE_NAME, DeploymentConfig
from graph.errors import ConfigError, MaintenanceRefused
from graph.maintenance.allowed import (
    MODELS,
    Category,
    check_paths,
    check_section,
    is_own_clone,
)
from graph.request import Approve, Question
from provisioner.files.atomic import atomic_write, atomic_write_all
from provisioner.files.workspace import Workspace
from provisioner.maintenance.patch import Files, differences, read_files
from provisioner.process.command import run_command
from provisioner.process.environment import clean_environment

_TESTS: Final[Mapping[Category, str]] = {
    "provider-maintenance": "tests/unit/assistant",
    "core-bugfix": "tests/unit",
}
_TEST_SECONDS = 1_800.0
_ASK_SECONDS = 20.0
_RECORD = "maintenance.json"

Review = Callable[[Files], Awaitable[tuple[str, ...]]]
"""Gives what stands against files, an issue a line; () for nothing."""


@dataclass(frozen=True, slots=True)
class Maintenance:
    """A phase in a workspace, whose settings are those before it.

    Attributes:
        bootstrap: whether a person allowed the files that start the tool.
    """

    workspace: Workspace
    settings: DeploymentConfig
    environ: Mapping[str, str]
    category: Category
    approve: Approve
    review: Review
    bootstrap: bool = False

    async def make(self, wanted: Files) -> tuple[str, ...]:
        """Make a change, given as whole files by path, and return the paths that changed.

        Raises MaintenanceRefused where it is not allowed, not approved of by the review, or was
        taken back since it does not work; ApprovalNeeded where a person has to approve it.
        """
        self.take_back()
        root = self.workspace.root
        before = read_files(root, wanted)
        after = {path: content for path, content in wanted.items() if before.get(path) != content}
        if not after:
            raise MaintenanceRefused("the change changes nothing")
        check_paths(list(after), root, self.category, self.settings, bootstrap=self.bootstrap)
        if FILE_NAME in after:
            check_section(before.get(FILE_NAME, b""), after[FILE_NAME])
        asks = f"{self.category} would change {', '.join(after)}"
        lines, no = differences(before, after), "nothing is changed"
        reason = "the change decides which models are asked, or is one of the tool itself"
        yes = "it is reviewed, written and tried, and taken back where it fails"
        await self.approve(Question(asks, reason, lines, yes, no))
        if issues := await self.review(after):
            why = "the review has issues with the change; nothing was changed"
            raise MaintenanceRefused(why, "auditor_reject", evidence=issues)
        encoded = {path: base64.b64encode(content).decode() for path, content in before.items()}
        record = {"before": encoded, "paths": list(after)}
        atomic_write(self._record, json.dumps(record).encode())
        known = _models(self.settings.assistant, self.environ)
        try:
            atomic_write_all({root / path: content for path, content in after.items()})
            await self._try(known)
        except BaseException:
            self.take_back()
            raise
        self._record.unlink()
        return tuple(after)

    def take_back(self) -> None:
        """Take back a change whose trial did not end, where there is one."""
        if not self._record.is_file():
            return
        record = json.loads(self._record.read_bytes())
        for path in record["paths"]:
            file = self.workspace.root / path
            if path in record["before"]:
                atomic_write(file, base64.b64decode(record["before"][path]))
            else:
                file.unlink(missing_ok=True)
        self._record.unlink()

    @property
    def _record(self) -> Path:
        return self.workspace.state_dir / _RECORD

    async def _try(self, known: Mapping[str, set[str]]) -> None:
        """Raise MaintenanceRefused where what was written does not work; known models are."""
        root = self.workspace.root
        file = root / FILE_NAME
        try:
            there = file if file.is_file() else None
            changed = resolve(file=there, environ=self.environ, flags={}).settings.assistant
            if is_own_clone(root) and not changed.models_file:
                load_models(root / MODELS)
                changed = changed.model_copy(update={"models_file": root / MODELS})
            for one in ProviderFactory(changed, self.environ).providers().configured:
                if new := set(one.models.values()) - known.get(one.name, set()):
                    await _check_models(one, new)
        except (ConfigError, AssistantConfigError, NoProviderAvailable) as error:
            raise MaintenanceRefused(
                f"it was taken back, since it does not load: {error}"
            ) from error
        if is_own_clone(root):
            await self._test()

    async def _test(self) -> None:
        """Run the tool's own tests."""
        tests = ["-q", "-x", _TESTS[self.category]]
        done = await run_command(
            [sys.executable, "-m", "pytest", *tests],
            cwd=self.workspace.root,
            # The clone's code is tested, not that of an installed tool.
            env=clean_environment({"PYTHONPATH": str(self.workspace.root)}),
            timeout=_TEST_SECONDS,
            check=False,
        )
        if done.exit_code:
            raise MaintenanceRefused(
                "it was taken back, since the tool's own tests fail with it",
                "test_failed",
                evidence=tuple(done.output_tail.splitlines()[-12:]),
            )


def _models(settings: AssistantSettings, environ: Mapping[str, str]) -> Mapping[str, set[str]]:
    """The models that are asked by provider; none where the settings are wrong."""
    try:
        configured = ProviderFactory(settings, environ).providers().configured
    except (AssistantConfigError, NoProviderAvailable):
        return {}
    return {one.name: set(one.models.values()) for one in configured}


async def _check_models(configured: ConfiguredProvider, models: set[str]) -> None:
    """Ask a provider for its models: those have to be among them, where it keeps a list."""
    if not isinstance(configured.provider, ChatProvider):
        return
    listed = await configured.provider.list_models(_ASK_SECONDS)
    if isinstance(listed, Finding):
        raise MaintenanceRefused(
            f"it was taken back, since {configured.name} cannot be asked for its models: "
            f"{listed.detail}",
            "llm_provider_infra",
            next_step="try again when it answers",
        )
    if listed and (missing := sorted(models - set(listed))):
        raise MaintenanceRefused(
            f"it was taken back, since {configured.name} has no model {', '.join(missing)}",
            "llm_provider_infra",
            evidence=tuple(f"it has {name}" for name in sorted(listed)[:20]),
        )
