"""What the commands share: options, and how faults are printed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from ..errors import CscheckError

Inputs = Annotated[
    list[str],
    typer.Argument(metavar="INPUT...", help="Transcripts (会话记录): .xlsx .csv .tsv .jsonl .parquet .txt"),
]
Packs = Annotated[
    list[str] | None,
    typer.Option(
        "--pack",
        help="Rule pack (规则包): a shipped name, 'all', or your own folder; repeat it, nearest first. "
        "Without it: base (norms: all).",
    ),
]
Scheme = Annotated[str, typer.Option("--scheme", help="Scoring scheme (评分方案): a shipped name or a YAML file.")]
Layout = Annotated[
    str | None,
    typer.Option(
        "--map", help="Mapping file (列名映射, YAML): what columns, roles and channels are called in the input."
    ),
]


@contextmanager
def faults() -> Iterator[None]:
    """Print all faults on standard error, one a line, and end with exit code 1."""
    try:
        yield
    except CscheckError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        raise typer.Exit(1) from None
