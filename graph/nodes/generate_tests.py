"""scaffold and generate_tests: the files that every feature starts from, and its frozen test.py.

They are written together: a request that is refused at its first question leaves no folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from langgraph.runtime import Runtime

from graph.deps import Deps
from graph.failure import failed_step
from graph.nodes.change_approval import approve_replacement, approve_tests
from graph.packages import prepare
from graph.plan import GENERATED
from graph.state import DeploymentState, ReplacedTests, StateUpdate, append_history, next_round
from ledger.text.counted import counted
from provisioner.feature.feature_config import FILE_NAME, read_feature_config
from provisioner.feature.scaffold import plan_scaffold, read_existing, read_template, template_dir
from provisioner.judge.red import see_red

STEP = "generate_tests"


async def scaffold(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    """Prepare the files that every feature starts from; what is there stays as it is."""
    deps = runtime.context
    deps.folder.check_writable()
    prepared = _scaffold_files(state, deps)
    python = read_feature_config(prepared[FILE_NAME]).python
    await deps.environments.of_python(python.version)  # refused before anything is asked or written
    files = {name: deps.artefacts.put(content) for name, content in prepared.items()}
    return {"files": files, "note": f"{counted(len(files), 'file')} for {deps.folder.relative}"}


def _scaffold_files(state: DeploymentState, deps: Deps) -> dict[str, bytes]:
    """Contents by name: what is there already, as it is, and what is still missing."""
    template = read_template(template_dir())
    existing = read_existing(deps.folder.root, deps.folder.path, template)
    served = "generate_service" in state["plan"]
    plan = plan_scaffold(state["feature"], template, existing, service=served)
    kept = {name: content for name, content in existing.items() if name not in GENERATED}
    return {**kept, **plan.files}


async def generate_tests(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    """Have test.py written, and freeze it once every test was seen to fail."""
    deps, feature = runtime.context, state["feature"]
    kept = deps.kept(state, "test.py")
    if kept is not None:
        await approve_tests(deps, feature, "test.py", kept)
        return _frozen(state, deps, kept, {"note": "test.py kept and frozen"})
    refused, feedback = deps.artefact(state["refused_tests"]), deps.feedback(state, STEP)
    built = await deps.build("test.py", state, STEP, tests=refused, feedback=feedback)
    code = built.files["test.py"].encode()
    prepared = await prepare(deps, state, tests=code)
    if prepared.missing:
        return _refused(state, deps, code, prepared.missing)
    report = await see_red(prepared.judge(deps), code)
    if not report.ok:
        return _refused(state, deps, code, report.reason)
    red, lost = report.judgement.collected, ""
    update: StateUpdate = {"red": red}
    if state["replacing"]:
        old = deps.artefacts.get(state["replacing"])
        await approve_replacement(deps, old, code, feedback)
        new = deps.artefacts.put(code)
        fix = ReplacedTests(old=state["replacing"], new=new, reason=feedback)
        update |= {"test_fixes": [*state["test_fixes"], fix], "replacing": ""}
    else:
        lost = await approve_tests(deps, feature, "test.py", code)
    update["note"] = f"{counted(red, 'test')} seen red, frozen{lost}{prepared.note}"
    return _frozen(state, deps, code, update, prepared.files)


def _frozen(
    state: DeploymentState,
    deps: Deps,
    code: bytes,
    update: StateUpdate,
    more: Mapping[str, bytes] = MappingProxyType({}),
) -> StateUpdate:
    """Write and accept test.py, together with the files that every feature starts from."""
    files = state["files"]
    for name, content in {**_scaffold_files(state, deps), **more, "test.py": code}.items():
        files = deps.accept(files, name, content)
    return {**update, "files": files, "frozen": files["test.py"]}


def _refused(state: DeploymentState, deps: Deps, code: bytes, reason: str) -> StateUpdate:
    failure = failed_step(
        STEP,
        "test_failed",
        f"no usable tests: {reason}",
        next_step="say in the requirements what can be observed, or try another model",
    )
    return {
        **next_round(state, STEP, deps.settings, failure),
        "feedback": deps.with_feedback(state, generate_tests=reason),
        "refused_tests": deps.artefacts.put(code),
        "history": append_history(state, STEP, reason),
        "note": f"sent back: {reason}",
    }
