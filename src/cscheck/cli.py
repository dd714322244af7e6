"""The command line: one command a module of ``commands/``."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated

import typer

from .commands.columns import columns
from .commands.diff import diff
from .commands.evaluate import evaluate
from .commands.explain import explain
from .commands.lint import lint
from .commands.norms import norms
from .commands.outlets import outlets
from .commands.rules import rules
from .commands.score import score
from .commands.test import test
from .commands.train import train

commands = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Speech-compliance checker for Chinese customer service (客服话术质检).",
)
for command in (score, columns, explain, diff, evaluate, rules, norms, lint, test, train):
    commands.command()(command)


def _version(asked: bool) -> None:
    if asked:
        print(f"cscheck {version('cscheck')}")
        raise typer.Exit


@commands.callback()
def main(
    show: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Speech-compliance checker for Chinese customer service (客服话术质检)."""


def app(args: Sequence[str] | None = None) -> None:
    """Run the command that the arguments name (without them: those of the process), and end with its exit code.

    Raises:
        SystemExit: always.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that temporary folders with transcripts go
    with outlets():
        commands(args)


if __name__ == "__main__":
    app()
