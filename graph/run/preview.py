"""--dry-run: the plan of a run, computed from the same parts, without a call or a change."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.builder import FUNCTIONS, Written
from assistant.config import AssistantSettings
from assistant.cost.pricing import Rates, estimate_tokens
from assistant.prompting import compose
from assistant.providers.factory import ProviderFactory
from assistant.schemas import CreateCommitMessage, Function, ReviewCode
from graph.plan import GENERATED, STEPS
from graph.records import open_records
from graph.request import RunRequest
from graph.run import preflight
from graph.run.reading import reading_of
from graph.run.resume import choose_entry
from ledger.calls import TokenUsage
from ledger.errors import RunLocked
from ledger.runs import Run
from ledger.text.counted import counted
from ledger.usage import NANO
from provisioner.ci.base import Unwatched
from provisioner.ci.connect import connect
from provisioner.feature.feature_config import FILE_NAME, read_feature_config
from provisioner.feature.folder import FeatureFolder
from provisioner.feature.packages.environment import Environments
from provisioner.feature.packages.installing import installing
from provisioner.feature.packages.lock import LOCK
from provisioner.feature.scaffold import (
    feature_folder,
    plan_scaffold,
    read_existing,
    read_template,
    template_dir,
)
from provisioner.files.workspace import open_workspace
from provisioner.git.repository import Repository
from provisioner.image import engine
from provisioner.modes.base import Provisioner
from provisioner.sandbox.choose import choose_sandbox

# The steps that have a file written, and come again where it fails.
_WRITES: dict[str, Written] = {
    "generate_tests": "test.py",
    "generate_main": "main.py",
    "generate_service": "service.py",
    "service_tests": "service-test.py",
}
_ASKS: dict[str, type[Function]] = {
    **{step: FUNCTIONS[file] for step, file in _WRITES.items()},
    "prove_tests": FUNCTIONS["test.py"],
    "review": ReviewCode,
    "commit": CreateCommitMessage,
}
_COMMANDS = {
    "prove_tests": "python test.py, in the sandbox, once a mutant of main.py",
    "generate_tests": "python test.py, in the sandbox, against a stub of main.py",
    "generate_main": "python test.py, in the sandbox, from its frozen copy",
    "generate_service": "python -m uvicorn service:app",
    "service_tests": "python service-test.py SERVICE",
    "commit": "git commit-tree, git update-ref",
    "push": "git push --porcelain REMOTE COMMIT:BRANCH",
    "await_ci": "GET /repos/OWNER/NAME/actions/runs?head_sha=COMMIT",
}
_LATER = "what the code imports is added when it is written, after a look at its name"
_TYPICAL_FILE = 1_500  # tokens of a generated file that a later prompt quotes
_TYPICAL_REPLY = 1_500  # tokens of a reply where all goes well


async def preview(request: RunRequest) -> dict[str, Any]:
    """The plan of a request, as the JSON object that is printed; refuses what a run would.

    files is by relative path "write", "replace" or, of a file that stays, "exists"; notes say why a
    step of the mode is skipped; the range of the cost is None where the price is unknown.
    """
    plan, repository = await preflight.checked_plan(request)
    keep = await check_start(request, plan, repository)
    plan, notes = await _without_push(request, plan, repository)
    settings, mode = request.settings.assistant, request.settings.deployment.provision_mode
    folder = feature_folder(request.workspace, request.feature)
    written = [name for name in preflight.generated_files(plan) if name not in keep]
    commands = {**_COMMANDS, **Provisioner.commands(mode, folder)}
    providers = ProviderFactory(settings, request.environ).providers()
    first = providers.configured[0]
    model = first.models.get("standard") or next(iter(first.models.values()), "offline")
    prompts = list(_prompts(request, plan, written))
    low, high = _cost(providers.prices(settings).rates(first.name, model), prompts, settings)
    packages = await _packages(request, plan, folder, written)
    return {
        "schema": 1,
        "dry_run": True,
        "feature": request.feature,
        "mode": mode,
        "model": str(providers),
        "steps": plan,
        "skipped": [step for step in STEPS if step not in plan],
        "files": _files(request, plan, folder, keep, locked=bool(packages)),
        "packages": [*packages, *([_LATER] if written else [])],
        "notes": notes,
        "reading": list(reading_of(request.requirements, str(providers), written)),
        "commands": {step: commands[step] for step in plan if step in commands},
        "prompts": prompts,
        "usd_min": low,
        "usd_max": high,
        "calls": {
            "min": sum(prompt["calls_min"] for prompt in prompts),
            "max": sum(prompt["calls_max"] for prompt in prompts),
        },
    }


async def _without_push(
    request: RunRequest, plan: list[str], repository: Repository | None
) -> tuple[list[str], list[str]]:
    """The plan without the steps that a run would skip for want of a remote or a token, and why."""
    if repository is None or "push" not in plan:
        return plan, []
    settings = request.settings
    branch = settings.git.branch_of(request.feature)
    url = await repository.push_url(branch, settings.git.remote)
    if not url:
        left = [step for step in plan if step not in ("push", "await_ci")]
        return left, ["push is skipped: there is no remote"]
    github = settings.github
    watched = connect(url, request.environ, repository=github.repository, workflow=github.workflow)
    if "await_ci" in plan and isinstance(watched, Unwatched):
        left = [step for step in plan if step != "await_ci"]
        return left, [f"await_ci is skipped: {watched.why}"]
    if not isinstance(watched, Unwatched):
        await watched.aclose()
    return plan, []


def _files(
    request: RunRequest, plan: list[str], folder: Path, keep: Sequence[str], *, locked: bool
) -> dict[str, str]:
    template = read_template(template_dir())
    scaffolded = plan_scaffold(
        request.feature, template, {}, service="generate_service" in plan
    ).files
    names = [*preflight.generated_files(plan), *sorted([*scaffolded, *([LOCK] if locked else [])])]
    files = {}
    for name in names:
        anew = name in GENERATED and name not in keep
        there = "replace" if anew else "exists"
        exists = (folder / name).exists()
        files[f"behaviors/{request.feature}/{name}"] = there if exists else "write"
    return files


async def _packages(
    request: RunRequest, plan: list[str], folder: Path, written: list[str]
) -> list[str]:
    """What would be installed, as far as the files that stay say it."""
    template = read_template(template_dir())
    existing = read_existing(request.workspace, folder, template)
    scaffolded = plan_scaffold(
        request.feature, template, existing, service="generate_service" in plan
    ).files
    files = {name: data for name, data in {**existing, **scaffolded}.items() if name not in written}
    python = read_feature_config(files[FILE_NAME]).python
    state = open_workspace(request.workspace, read_only=True).state_dir
    environments = await Environments(state).of_python(python.version)
    return list(installing(request.feature, files, python.requirements, environments))


def _prompts(request: RunRequest, plan: list[str], written: list[str]) -> Iterator[dict[str, Any]]:
    """What each step would ask; tokens are estimates from above."""
    settings = request.settings
    left_out = {step for step, file in _WRITES.items() if file not in written}
    if "test.py" not in written:
        left_out.add("prove_tests")
    if not settings.deployment.ai_create_commits:
        left_out.add("commit")
    rounds = dict.fromkeys(_WRITES, 1 + settings.deployment.max_retries)
    rounds["review"] = 1 + settings.quality.review_rounds
    inputs = {"feature": request.feature, "requirements": request.requirements or ""}
    quoted = 0
    for step in plan:
        if step not in _ASKS or step in left_out:
            continue
        messages = compose(_ASKS[step], inputs).messages
        tokens = sum(estimate_tokens(message.content) for message in messages)
        tokens += 0 if step == "commit" else quoted
        yield {
            "step": step,
            "function": _ASKS[step].name,
            "tokens": tokens,
            "calls_min": int(step != "prove_tests"),
            "calls_max": rounds.get(step, 1) * (1 + settings.assistant.repairs),
        }
        quoted += _TYPICAL_FILE if step in _WRITES else 0


def _cost(
    rates: Rates | None, prompts: list[dict[str, Any]], settings: AssistantSettings
) -> tuple[float | None, float | None]:
    if rates is None:
        return None, None
    low = high = 0
    for prompt in prompts:
        low += prompt["calls_min"] * rates.cost(TokenUsage(prompt["tokens"], _TYPICAL_REPLY))
        high += prompt["calls_max"] * rates.worst(2 * prompt["tokens"], settings.max_tokens)
    return low / NANO, high / NANO


def preview_lines(plan: Mapping[str, Any]) -> Iterator[str]:
    """A plan for a person."""
    yield f"{plan['feature']}: dry run, mode {plan['mode']}, model {plan['model']}"
    steps = [f"{step:18} {plan['commands'].get(step, '')}".rstrip() for step in plan["steps"]]
    if plan["skipped"]:
        steps.append(f"{'skipped':18} {', '.join(plan['skipped'])}")
    sections = {
        "read as": plan["reading"],
        "steps": steps,
        "files": [f"{what:7} {path}" for path, what in plan["files"].items()],
        "packages": plan["packages"],
        "prompts": [
            f"{prompt['function']:28} about {prompt['tokens']:,} tokens, "
            f"{_range(prompt['calls_min'], prompt['calls_max'], 'call')}"
            for prompt in plan["prompts"]
        ],
    }
    for title, lines in sections.items():
        if lines:
            yield title
            yield from (f"  {line}" for line in lines)
    yield from (f"note: {note}" for note in plan["notes"])
    cost = "the price of this model is unknown"
    if plan["usd_max"] is not None:
        cost = f"${plan['usd_min']:.4f} to ${plan['usd_max']:.4f}"
    yield f"forecast: {_range(plan['calls']['min'], plan['calls']['max'], 'model call')}, {cost}"
    yield "nothing was called, nothing was changed"


def _range(low: int, high: int, noun: str) -> str:
    return counted(high, noun) if low == high else f"{low} to {counted(high, noun)}"


async def check_start(
    request: RunRequest, plan: list[str], repository: Repository | None
) -> Sequence[str]:
    """The generated files that a run would keep.

    Raises what the run would: no sandbox or engine works, the feature is held, its files are there
    and nobody said what becomes of them, there is no run to go on with.
    """
    await choose_sandbox(unsafe=request.settings.limits.unsafe_no_sandbox)
    if "container_tests" in plan:
        (await asyncio.to_thread(engine.connect)).close()
    with open_records(request.workspace, or_empty=True) as records:
        latest = records.latest(request.feature)
        if latest:
            _refuse_held(latest)
        entry = choose_entry(request, latest)
        if entry.run:
            return entry.run.options.keep
        folder = FeatureFolder(records.workspace.root, request.feature, records.ledger)
        failed = latest is not None and latest.status == "failed"
        return await preflight.files_to_keep(request, folder, repository, plan, failed=failed)


def _refuse_held(run: Run) -> None:
    """Raise RunLocked while a living process carries the run out."""
    if run.status == "running" and run.process and not run.abandoned:
        host, pid = run.process.host, run.process.pid
        raise RunLocked(run.feature, pid=pid, host=host, run_id=run.run_id)
