"""Running programs: the one place of this room, besides the sandbox, where processes are made.

Commands are lists, never shell strings. A command that is waited for (`run_command`) leads its
own session; nothing of its group outlives the call, however the call ends. A program that stays
(`start_process`) is known by its process id together with its start time, so that a recycled
process id is never signalled.
"""

from provisioner.process.background import (
    Started,
    is_alive,
    start_process,
    stop_process,
    this_process,
)
from provisioner.process.command import Completed, run_command
from provisioner.process.executables import ToolMissing

__all__ = [
    "Completed",
    "Started",
    "ToolMissing",
    "is_alive",
    "run_command",
    "start_process",
    "stop_process",
    "this_process",
]
