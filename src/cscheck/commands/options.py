"""What the commands share: options, and how faults are printed."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENAMETOOLONG
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from ..errors import CscheckError
from .outlets import forgiven

if TYPE_CHECKING:
    from ..readers.lexicon import ColumnMapping

_Given = TypeVar("_Given", bound="str | list[str] | None")


def filled(given: _Given) -> _Given:
    """Return what an option or argument was given, if no text of it is empty; a callback of Typer.

    Raises:
        BadParameter: one is empty (wrong usage); Typer names the option.
    """
    if given is not None and (given == "" or "" in list(given)):
        raise typer.BadParameter("it is empty; give a value (is a variable of the script unset?)")
    return given


Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT...",
        help="Transcripts (会话记录): .xlsx .xlsm .xls .csv .tsv .jsonl .ndjson .parquet .txt, those of text also .gz",
        callback=filled,
    ),
]
PACK = "Rule pack (规则包): a shipped name, 'all', or your own folder; repeat it, nearest first."
Packs = Annotated[
    list[str] | None,
    typer.Option(
        "--pack",
        help=f"{PACK} Without it: base.",
        metavar="PACK",
        callback=filled,
    ),
]
Scheme = Annotated[
    str,
    typer.Option(
        "--scheme", help="Scoring scheme (评分方案): a shipped name or a YAML file.", metavar="SCHEME", callback=filled
    ),
]
Layout = Annotated[
    list[str] | None,  # a list, because of an option that is no list the last one would win without a word
    typer.Option(
        "--map",
        help="Mapping file (列名映射, YAML): what columns, roles and channels are called in the input. "
        "One file; it holds for all inputs.",
        metavar="FILE",
        callback=filled,
    ),
]


def mapping_of(layout: list[str] | None) -> ColumnMapping | None:
    """Return the mapping that ``--map`` names, None without one.

    Raises:
        BadParameter: it is given several times (wrong usage).
        InputError: the file is at fault, as for ``load_mapping``.
    """
    from ..readers.mapping import load_mapping

    if layout and len(layout) > 1:
        message = f"give one mapping file, not {len(layout)} ({', '.join(layout)}): a column may have a list of names"
        raise typer.BadParameter(message, param_hint="--map")
    return load_mapping(layout[0]) if layout else None


def tell(text: str) -> None:
    """Print what is told of work that is done; failing to, as on a full disk, is no fault of the work, but is said."""
    print(text)
    lost = forgiven(sys.stdout)
    if lost is not None:
        print(f"the work is done, but its summary cannot be printed: {lost.strerror}", file=sys.stderr)


@contextmanager
def faults() -> Iterator[None]:
    """Print all faults on standard error, one a line, and end with exit code 1; warnings are printed before them.

    A name that the system finds too long is a fault, too, wherever it was given.
    """
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always", UserWarning)
            try:
                yield
            finally:
                for message in dict.fromkeys(str(one.message) for one in told):
                    print(message, file=sys.stderr)
    except CscheckError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        raise typer.Exit(1) from None
    except OSError as error:
        if error.errno != ENAMETOOLONG:
            raise
        print(f"{error.filename}: [I131] the name is longer than this system allows: shorten it", file=sys.stderr)
        raise typer.Exit(1) from None
