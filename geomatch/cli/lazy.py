"""A group that imports a command's module only when that command is asked for."""

from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """``lazy`` maps a command's name to ``(module, attribute, one line of help)``."""

    def __init__(self, *words: Any, lazy: dict[str, tuple[str, str, str]], **more: Any) -> None:
        super().__init__(*words, **more)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own signature
        """Every command's name."""
        return sorted(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """The command itself, imported now."""
        if cmd_name not in self.lazy:
            return None
        module, attribute, _ = self.lazy[cmd_name]
        command = getattr(import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}.{attribute} is a {type(command).__name__}; expected a command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Names and help lines without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.lazy[name][2]) for name in self.list_commands(ctx)])
