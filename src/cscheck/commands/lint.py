"""``cscheck lint``: all faults of rule packs."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ..lint import lint as lint_packs
from .options import faults


def lint(
    packs: Annotated[list[str], typer.Argument(metavar="PACK...", help="Pack folders, shipped names, or 'all'.")],
) -> None:
    """Name all faults of rule packs: what cannot be loaded, is shadowed, can never match, or takes too long."""
    with faults():
        library, problems = lint_packs(packs)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(library.packs)} packs, {len(library.rules)} usable rules, {len(problems)} problems")
    if problems:
        raise typer.Exit(1)
