"""The command line: one command a module of ``commands/``."""

from __future__ import annotations

import signal
import sys
from importlib.metadata import version
from io import TextIOWrapper
from os import devnull
from pathlib import Path
from typing import Annotated

import typer

from .commands.columns import columns
from .commands.diff import diff
from .commands.evaluate import evaluate
from .commands.explain import explain
from .commands.lint import lint
from .commands.norms import norms
from .commands.rules import rules
from .commands.score import score
from .commands.test import test
from .commands.train import train

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Speech-compliance checker for Chinese customer service (客服话术质检).",
)
for command in (score, columns, explain, diff, evaluate, rules, norms, lint, test, train):
    app.command()(command)


def _version(asked: bool) -> None:
    if asked:
        print(f"cscheck {version('cscheck')}")
        raise typer.Exit


@app.callback()
def main(
    show: Annotated[  # noqa: ARG001
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Speech-compliance checker for Chinese customer service (客服话术质检)."""
    nowhere = Path(devnull)  # for what the shell has closed (>&-)
    sys.stdout, sys.stderr = sys.stdout or nowhere.open("w"), sys.stderr or nowhere.open("w")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal or pipe in GBK has no ⟦ and no emoji
            stream.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that temporary folders with transcripts go


if __name__ == "__main__":
    app()
