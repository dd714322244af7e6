"""``cscheck test``: the examples inside rules, cues and states."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ..pack import load_packs
from ..selftest import selftest, selftest_cues, selftest_states
from .options import faults, filled


def test(
    packs: Annotated[
        list[str],
        typer.Argument(
            metavar="PACK...", help="Rule packs (规则包): folders, shipped names, or 'all'.", callback=filled
        ),
    ],
    known: Annotated[bool, typer.Option("--known", help="List the known misses (已知漏判).")] = False,
) -> None:
    """Run the examples (例句) inside rules, cues and states."""
    with faults():
        library = load_packs(packs)
    report = selftest(library.rules, library.cues)
    problems = (
        *report.problems,
        *selftest_cues(library.cues, library.own_cues),
        *selftest_states(library.own_states, library.cues),
    )
    for problem in problems:
        print(problem, file=sys.stderr)
    for miss in report.known_misses if known else ():
        print(miss)
    print(
        f"{len(library.rules)} rules, {report.examples} examples: {len(problems)} wrong, "
        f"{len(report.known_misses)} known misses"
    )
    if problems:
        raise typer.Exit(1)
