"""commit: one commit of the accepted files, after the repository's hooks and a look for keys."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace

from langgraph.runtime import Runtime

from graph.attempts import judge_attempt
from graph.deps import Deps
from graph.failure import Failure, failed_step, from_error
from graph.nodes.message import commit_message
from graph.request import Question
from graph.state import DeploymentState, StateUpdate, spent_rounds
from ledger.effects import EffectKey
from ledger.text.counted import counted
from provisioner.errors import HookRefused, ProvisionerError, SecretFound
from provisioner.git.hooks import Hooks
from provisioner.git.records import Change, CommitIntent, make_change
from provisioner.git.repository import Repository
from provisioner.quality.hidden import Split

STEP = "commit"
_HOOK_ROUNDS = 3  # after that a hook that changes files each time is refused
_JUDGED = ("main.py", "service.py", "test.py")  # test.py by its own words
_BY_SERVICE = ("main.py", "service.py", "service-test.py")


async def commit(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    """Make one semantic commit of the accepted files, and nothing else."""
    deps = runtime.context
    if deps.repository is None:
        return {"skipped": True, "note": "git is left alone"}
    listed = json.dumps(state["files"], sort_keys=True).encode()
    key = EffectKey(state["run_id"], STEP, hashlib.sha256(listed).hexdigest())
    known = deps.effects.find(key)
    if known and known.result:
        made, note = known.result, "made before"
    else:
        files = {name: deps.artefacts.get(digest) for name, digest in state["files"].items()}
        if known:  # what was recorded then counts, hooks and approval included
            message = known.details["message"]
            change = Change(deps.folder.relative, files, message, key.digest)
        else:
            try:
                change = await _checked(state, deps, deps.repository, files, key)
            except (HookRefused, SecretFound) as error:
                return _refused(state, deps, error)
            if dict(change.files) != files:
                return await _changed_by_hook(state, deps, files, change.files)
        made = await _make(deps, deps.repository, key, change)
        subject = change.message.partition("\n")[0]
        subject = subject if made["created"] else "has these very files already"
        note = f"{subject}. {made['warning']}".removesuffix(". ")
    sha = made["sha"]
    warned = [made["warning"]] if made["warning"] else []
    return {
        "commit": sha,
        "branch": made["branch"],
        "note": f"{sha[:10]} {note}",
        "remarks": [*state["remarks"], *warned],
    }


def hooks_of(deps: Deps, repository: Repository) -> Hooks | None:
    """The repository's hooks as they are to be run, None where they are not."""
    settings = deps.settings.git
    if not settings.run_hooks:
        return None
    sandbox = deps.sandbox if settings.hooks_sandbox else None
    return Hooks(repository.git, sandbox, settings.hook_seconds)


def _change(deps: Deps, files: Mapping[str, bytes], message: str, key: EffectKey) -> Change:
    place = deps.folder.relative
    return make_change(folder=place, files=files, message=message, effect_key=key.digest)


async def _checked(
    state: DeploymentState,
    deps: Deps,
    repository: Repository,
    files: Mapping[str, bytes],
    key: EffectKey,
) -> Change:
    """The change that may be committed: without keys, with hooks and a person content.

    One whose files differ was changed by a hook, and is not to be committed before it is judged.
    """
    unworded = _change(deps, files, "unworded", key)
    await repository.refuse_secrets(unworded)
    hooks, branch = hooks_of(deps, repository), deps.settings.git.branch_of(state["feature"])
    if hooks:
        hooked = await repository.before_commit(hooks, unworded, branch)
        if hooked.files != unworded.files:
            return hooked
    message = await commit_message(state, deps, repository)
    change = _change(deps, files, message, key)
    if hooks:
        change = await repository.on_message(hooks, change, branch)
    await repository.refuse_secrets(change)
    if deps.settings.git.commit == "ask":
        await deps.approve(
            Question(
                f"{counted(len(files), 'file')} would be committed to {branch or 'this branch'}",
                "git.commit is ask",
                (*(f"+ {deps.folder.relative}/{name}" for name in files), *message.splitlines()),
                yes="the commit is made",
                no="nothing changes; the run pauses here, and asks again when it is resumed",
            )
        )
    return change


async def _make(
    deps: Deps, repository: Repository, key: EffectKey, change: Change
) -> dict[str, str]:
    """Record the intended commit, make it, record it as made; gives its sha and branch."""
    branch = deps.settings.git.branch_of(deps.folder.feature)
    intent = await repository.prepare_commit(change, branch)
    begun = deps.effects.begin(key, STEP, {**asdict(intent), "message": change.message})
    details = dict(begun.details)
    first = details.pop("message")  # of an earlier attempt, whose plan counts
    change = replace(change, message=first)
    made = await repository.commit_folder(change, CommitIntent(**details), branch)
    result = {"sha": made.sha, "branch": made.branch, "warning": made.warning}
    result["created"] = "yes" if made.created else ""
    deps.effects.finish(key, result)
    return result


def _refused(state: DeploymentState, deps: Deps, error: ProvisionerError) -> StateUpdate:
    """A hook's or the search for keys' refusal, as a failure and for a repair of main.py."""
    words = "\n".join([str(error), *error.evidence])
    failure = from_error(STEP, error)
    if isinstance(error, SecretFound):
        written = [line.partition(":")[0].rpartition("/")[2] for line in error.evidence]
        mendable = set(written) <= {"main.py"} and "main.py" not in state["keep"]
        failure["action"] = "CODE_FIX" if mendable else "FAIL"
    return {
        "failure": failure,
        "note": str(error),
        "feedback": deps.with_feedback(state, generate_main=words),
    }


async def _changed_by_hook(
    state: DeploymentState, deps: Deps, old: Mapping[str, bytes], new: Mapping[str, bytes]
) -> StateUpdate:
    """Judge again what a hook has changed; accepted, it is what the next round commits."""
    changed = sorted(name for name in new if new[name] != old.get(name))
    what = f"the hook pre-commit changed {', '.join(changed)}"
    if spent_rounds(state, STEP) >= _HOOK_ROUNDS:
        return _not_taken(f"{what}, and does so every time", "")
    if "test.py" in changed and not _same_program(old["test.py"], new["test.py"]):
        return _not_taken(f"{what}: the frozen tests would be others", "")
    for name in set(changed) - set(_JUDGED):
        if not _says_the_same(name, old[name], new[name]):
            return _not_taken(
                f"{what}: nothing judges {name} again, and it says something else", ""
            )
    update: StateUpdate = {"again": True, "note": f"{what}; judged again: green"}
    if "main.py" in changed or "test.py" in changed:
        tests = new["test.py"]
        attempt = await judge_attempt(deps, state, tests, Split(tests), new["main.py"])
        if not attempt.accepted:
            return _not_taken(f"{what}, and it is not green any more", attempt.feedback)
        update["proof"] = attempt.proof()
    files = state["files"]
    for name in changed:
        files = deps.accept(files, name, new[name])
    if set(changed) & set(_BY_SERVICE) and "service_tests" in state["plan"]:
        run = await deps.trial.test()
        if not run.passed:
            for name in changed:
                deps.accept(files, name, old[name])
            return _not_taken(f"{what}, and the service's tests fail: {run.summary}", run.report)
    return {**update, "files": files, "frozen": files["test.py"] if state["frozen"] else ""}


def _not_taken(summary: str, detail: str) -> StateUpdate:
    failure: Failure = failed_step(
        STEP,
        "provision_failed",
        summary,
        detail=detail,
        next_step="run the hook by hand, commit what it makes of the files, and go on with "
        "--no-regenerate",
    )
    failure["action"] = "FAIL"
    return {"failure": failure, "note": summary}


def _says_the_same(name: str, old: bytes, new: bytes) -> bool:
    """Whether a file differs in layout alone: of a program, else of its words in any order."""
    if name.endswith(".py"):
        return _same_program(old, new)
    return sorted(old.split()) == sorted(new.split())


def _same_program(old: bytes, new: bytes) -> bool:
    """Whether two files differ in layout and comments alone."""
    try:
        return ast.dump(ast.parse(old)) == ast.dump(ast.parse(new))
    except (SyntaxError, ValueError):
        return False
