"""Running programs: the one place of this room, besides the sandbox, where processes are made.

Commands are lists, never shell strings. A command (`run_command`) leads its own session; nothing
of its group outlives the call. A background process (`start_process`) is identified by its process
id together with its start time, so that a recycled process id is never signalled.
"""

from provisioner.process.background import start_process, stop_process
from provisioner.process.command import Completed, ToolMissing, run_command

__all__ = ["Completed", "ToolMissing", "run_command", "start_process", "stop_process"]
