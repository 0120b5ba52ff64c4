"""The workflow's nodes, one a file, each an ``async def name(state, runtime) -> StateUpdate``."""
