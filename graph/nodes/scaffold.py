"""scaffold: prepare the files that every feature starts from; what is there stays as it is.

Nothing is written to the feature's folder yet: a request that is refused at its first question
leaves none. The files are written together with the first accepted test.py.
"""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.deps import Deps
from graph.nodes.scaffold_files import scaffold_files
from graph.state import DeploymentState, StateUpdate
from ledger.text.counted import counted


async def scaffold(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps = runtime.context
    deps.folder.check_writable()
    prepared = scaffold_files(state, deps)
    files = {name: deps.artefacts.put(content) for name, content in prepared.items()}
    return {"files": files, "note": f"{counted(len(files), 'file')} for {deps.folder.relative}"}
