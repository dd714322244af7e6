"""``cscheck lint``: all faults of rule packs and schemes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..errors import Problem
from ..lint import lint as lint_packs
from ..lint import lint_schemes
from ..pack import read_packs
from .options import faults, filled


def lint(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="PACK|SCHEME...",
            help="Rule packs (规则包): folders, shipped names, or 'all'; scoring schemes (评分方案): .yaml files.",
            callback=filled,
        ),
    ],
) -> None:
    """Name all faults of rule packs (规则包) and schemes (评分方案).

    Packs: what cannot be loaded, is shadowed, can never match, or takes too long. Schemes: what cannot be loaded,
    contradicts itself, or overrides a rule that the packs do not have (without packs beside it: all shipped ones).
    """
    schemes = [name for name in names if Path(name).suffix in (".yaml", ".yml")]
    packs = [name for name in names if name not in schemes]
    counts: list[str] = []
    problems: list[Problem] = []
    with faults():
        if packs:
            library, problems = lint_packs(packs)
            counts = [f"{len(library.packs)} packs", f"{len(library.rules)} usable rules"]
        else:
            library, _ = read_packs(["all"])
        if schemes:
            problems += lint_schemes(schemes, library.rules)
            counts.append(f"{len(schemes)} schemes")
    for problem in problems:
        print(problem, file=sys.stderr)
    print(", ".join([*counts, f"{len(problems)} problems"]))
    if problems:
        raise typer.Exit(1)
