"""--dry-run: the plan of a run, computed from the same parts, without a call or a change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.cost.pricing import Rates, estimate_tokens
from assistant.prompting import compose
from assistant.providers.factory import ConfiguredProvider, ProviderFactory
from assistant.schemas import (
    CreateCommitMessage,
    Function,
    GenerateMainCode,
    GenerateServiceCode,
    GenerateServiceTestCode,
    GenerateTestCode,
    ReviewCode,
)
from graph.plan import STEPS, planned_steps
from graph.run.preflight import check_kept, check_request, generated_files, has_service
from graph.run.reading import reading_of
from graph.run.regenerate import CHOICES, GENERATED, keeps_everything, regenerate_setting
from graph.run.request import RunRequest
from graph.run.resume import check_requirements_given
from ledger.calls import TokenUsage
from ledger.text.counted import counted
from ledger.usage import NANO
from provisioner.feature.scaffold import (
    BEHAVIORS,
    feature_folder,
    plan_scaffold,
    read_template,
    template_dir,
)
from provisioner.git import open_repository
from provisioner.modes.base import Provisioner

_ASKS: dict[str, tuple[type[Function], ...]] = {
    "generate_tests": (GenerateTestCode,),
    "generate_main": (GenerateMainCode,),
    "generate_service": (GenerateServiceCode,),
    "service_tests": (GenerateServiceTestCode,),
    "prove_tests": (GenerateTestCode,),
    "review": (ReviewCode,),
    "commit": (CreateCommitMessage,),
}
_REPEATED = ("generate_tests", "generate_main", "generate_service", "service_tests")
_COMMANDS = {
    "prove_tests": "python test.py, in the sandbox, once a mutant of main.py",
    "generate_tests": "python test.py, in the sandbox, against a stub of main.py",
    "generate_main": "python test.py, in the sandbox, from its frozen copy",
    "generate_service": "python -m uvicorn service:app",
    "service_tests": "python service-test.py SERVICE",
    "commit": "git commit-tree, git update-ref",
    "push": "git push --porcelain REMOTE COMMIT:BRANCH",
}
_TYPICAL_FILE = 1_500  # tokens of a generated file that a later prompt quotes
_TYPICAL_REPLY = 1_500  # tokens of a reply where all goes well


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a step would ask; tokens are estimates from above."""

    step: str
    function: str
    tokens: int
    calls_min: int
    calls_max: int


@dataclass(frozen=True, slots=True)
class Preview:
    """A plan.

    Attributes:
        files: relative path → "write", "replace" or, of a file that stays, "exists".
        notes: what would stop the run at its start.
        reading: what the offline model reads in the requirements, where it is the one that writes.
        usd_min, usd_max: the range of the cost, None where the price is unknown.
    """

    feature: str
    mode: str
    model: str
    steps: tuple[str, ...]
    skipped: tuple[str, ...]
    files: dict[str, str]
    notes: tuple[str, ...]
    reading: tuple[str, ...]
    commands: dict[str, str]
    prompts: tuple[Prompt, ...]
    usd_min: float | None
    usd_max: float | None

    @property
    def calls(self) -> tuple[int, int]:
        """Fewest and most model calls."""
        return (
            sum(prompt.calls_min for prompt in self.prompts),
            sum(prompt.calls_max for prompt in self.prompts),
        )

    def to_json(self) -> dict[str, Any]:
        low, high = self.calls
        return {"schema": 1, "dry_run": True, **asdict(self), "calls": {"min": low, "max": high}}

    def lines(self) -> Iterator[str]:
        yield f"{self.feature}: dry run, mode {self.mode}, model {self.model}"
        if self.reading:
            yield "read as"
        for line in self.reading:
            yield f"  {line}"
        yield "steps"
        for step in self.steps:
            yield f"  {step:18} {self.commands.get(step, '')}".rstrip()
        if self.skipped:
            yield f"  skipped            {', '.join(self.skipped)}"
        yield "files"
        for path, what in self.files.items():
            yield f"  {what:7} {path}"
        for note in self.notes:
            yield f"note: {note}"
        yield "prompts"
        for prompt in self.prompts:
            yield (
                f"  {prompt.function:28} about {prompt.tokens:,} tokens, "
                f"{_range(prompt.calls_min, prompt.calls_max, 'call')}"
            )
        low, high = self.calls
        if self.usd_min is None or self.usd_max is None:
            cost = "the price of this model is unknown"
        else:
            cost = f"${self.usd_min:.4f} to ${self.usd_max:.4f}"
        yield f"forecast: {_range(low, high, 'model call')}, {cost}"
        yield "nothing was called, nothing was changed"


def _range(low: int, high: int, noun: str) -> str:
    return counted(high, noun) if low == high else f"{low} to {counted(high, noun)}"


async def preview(request: RunRequest) -> Preview:
    """The plan of a request.

    Raises:
        GraphError, ProvisionerError, AssistantError: as the run itself would, before its start.
    """
    check_request(request)
    check_requirements_given(request)
    plan = planned_steps(request.settings, commit=request.commit, push=request.push)
    if "commit" in plan:
        repository = await open_repository(request.workspace)
        await repository.check_committable(f"{BEHAVIORS}/{request.feature}")
        if "push" in plan:
            await repository.check_pushable()
    folder = feature_folder(request.workspace, request.feature)
    mode = request.settings.deployment.provision_mode
    commands = {**_COMMANDS, **Provisioner.commands(mode, folder)}
    providers = ProviderFactory(request.settings.assistant, request.environ).providers()
    reading = reading_of(request.requirements, str(providers), plan, kept=keeps_everything(request))
    first = providers.configured[0]
    if not keeps_everything(request) and request.requirements is not None:
        await providers.check_understood(request.feature, request.requirements)
    prompts = tuple(_prompts(request, plan))
    rates = providers.prices(request.settings.assistant).rates(first.name, _model(first))
    low, high = _cost(request, rates, prompts)
    return Preview(
        feature=request.feature,
        mode=mode,
        model=str(providers),
        steps=tuple(plan),
        skipped=tuple(step for step in STEPS if step not in plan),
        files=_files(request, plan),
        notes=_notes(request),
        reading=tuple(reading),
        commands={step: commands[step] for step in plan if step in commands},
        prompts=prompts,
        usd_min=low,
        usd_max=high,
    )


def _files(request: RunRequest, plan: list[str]) -> dict[str, str]:
    folder = feature_folder(request.workspace, request.feature)
    template = read_template(template_dir())
    scaffolded = plan_scaffold(request.feature, template, {}, service=has_service(plan)).files
    wanted = [*generated_files(plan), *sorted(scaffolded)]
    place = Path("behaviors") / request.feature
    if keeps_everything(request):
        check_kept(request, _there(request), place.as_posix(), plan)
    return {str(place / name): _what(request, folder / name) for name in wanted}


def _what(request: RunRequest, file: Path) -> str:
    if not file.exists():
        return "write"
    anew = file.name in GENERATED and regenerate_setting(request, file.name)
    return "replace" if anew else "exists"


def _notes(request: RunRequest) -> tuple[str, ...]:
    """A note on existing files for which neither a flag nor a setting decides."""
    if request.recovery:
        return ()
    undecided = [name for name in _there(request) if regenerate_setting(request, name) is None]
    if not undecided:
        return ()
    exist = "exists" if len(undecided) == 1 else "exist"
    return (
        f"{' and '.join(undecided)} {exist} already: a new run is refused, an unfinished one goes "
        f"on; {CHOICES}",
    )


def _there(request: RunRequest) -> list[str]:
    folder = feature_folder(request.workspace, request.feature)
    return [name for name in GENERATED if (folder / name).exists()]


def _prompts(request: RunRequest, plan: list[str]) -> Iterator[Prompt]:
    retries = request.settings.deployment.max_retries
    tries = 1 + request.settings.assistant.repairs
    kept = keeps_everything(request)
    inputs = {"feature": request.feature, "requirements": request.requirements or ""}
    quoted = 0
    for step in plan:
        for function in _ASKS.get(step, ()):
            if kept and step in (*_REPEATED, "prove_tests"):
                continue
            if step == "commit" and not request.settings.deployment.ai_create_commits:
                continue
            messages = compose(function, inputs).messages
            tokens = sum(estimate_tokens(message.content) for message in messages)
            rounds = 1 + retries if step in _REPEATED else 1
            if step == "review":
                rounds += request.settings.quality.review_rounds
            tokens += 0 if step == "commit" else quoted
            yield Prompt(step, function.name, tokens, int(step != "prove_tests"), rounds * tries)
            quoted += _TYPICAL_FILE if step in _REPEATED else 0


def _cost(
    request: RunRequest, rates: Rates | None, prompts: tuple[Prompt, ...]
) -> tuple[float | None, float | None]:
    if rates is None:
        return None, None
    longest = request.settings.assistant.max_tokens
    low = high = 0
    for prompt in prompts:
        low += prompt.calls_min * rates.cost(TokenUsage(prompt.tokens, _TYPICAL_REPLY))
        high += prompt.calls_max * rates.worst(2 * prompt.tokens, longest)
    return low / NANO, high / NANO


def _model(configured: ConfiguredProvider) -> str:
    models = configured.models
    return models.get("standard") or next(iter(models.values()), "offline")
