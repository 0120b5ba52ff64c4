"""Running programs: the one place of this room, besides the sandbox, where processes are made.

A command (`run_command`) leads its own session; nothing of its group outlives the call. A
background process (`start_process`) is known by its process id together with its start time.
"""

from provisioner.process.background import start_process, stop_process
from provisioner.process.command import Completed, ToolMissing, run_command

__all__ = ["Completed", "ToolMissing", "run_command", "start_process", "stop_process"]
