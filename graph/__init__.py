"""The LangGraph workflow of one feature."""

import os

# Without it a crafted checkpoint row calls any importable function (CVE-2026-28277); LangGraph
# reads the variable when it is imported, so it is set before anything of this package is.
os.environ["LANGGRAPH_STRICT_MSGPACK"] = "true"
