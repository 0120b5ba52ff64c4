"""The commands by name; one is imported when it is called."""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = {
    "analyze": "name the failure in a log, without a model",
    "check": "run a feature folder's tests in the sandbox, with the same judge as a run",
    "clean": "remove environments of packages that nobody uses, and leftovers",
    "config": "show the effective configuration, or write its files",
    "deploy-host": "bring a repository of anybody's onto a host, by a plan of a model",
    "doctor": "show what works on this machine, for each mode, and how to mend the rest",
    "generate-service-test": "write service-test.py from the endpoints of the service itself",
    "init": "write the workflow that tests and deploys a pushed feature",
    "inject-config": "write Dockerfile and containerapp.yaml from feature-config.yaml",
    "logs": "print the log of what is deployed",
    "maintain": "change which models are asked, or the tool itself, tried before it stays",
    "provision": "build and deploy a feature's folder as it is",
    "read": "show what the offline model reads in requirements, or why it refuses them",
    "replay": "run a run again from its journal, without one model call",
    "resume": "go on with a run",
    "rollback": "bring back what served before",
    "rules": "list, export or forget what was learned from fixes that worked",
    "runs": "list the runs of a workspace",
    "show": "explain a run: its steps, calls, proof and failure",
    "status": "show what is deployed",
    "stop": "end what is deployed of a feature, or what a run left running",
    "usage": "report what the models took and cost",
    "watch": "follow the CI runs of a pushed commit to their end",
}
# The module of console.commands, where it has not the command's name.
_MODULES = {
    **dict.fromkeys(("init", "watch"), "ci"),
    **dict.fromkeys(("check", "generate-service-test", "inject-config", "read"), "steps"),
    **dict.fromkeys(("replay", "runs", "show", "stop", "usage"), "records"),
    **dict.fromkeys(("logs", "provision", "rollback", "status"), "deployments"),
    "resume": "run",
    "deploy-host": "deploy_host",
}


class LazyGroup(click.Group):
    """A group that imports a command when it is called; its help lines are known without."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"console.commands.{_MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, 1)
            hint = f"did you mean {near[0]}?" if near else "a text with spaces goes in quotes"
            raise click.UsageError(f"No such command {name!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))
