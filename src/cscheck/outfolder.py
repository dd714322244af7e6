"""The output folder: made beside its target, moved into place whole, and nobody else's files are touched."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from .errors import InputError, Problem

RECORD = "run.json"


def refuse_foreign(out: Path) -> None:
    """Refuse a target that holds anything but an earlier run.

    Raises:
        InputError: the target is a file, or a folder without an earlier run's ``run.json``.
    """
    if out.exists() and not out.is_dir():
        raise InputError(Problem(str(out), 0, 0, "I133", "--out is a file: name a folder"))
    if out.is_dir() and any(out.iterdir()) and not (out / RECORD).is_file():
        message = f"--out exists and holds no earlier run ({RECORD} is missing): name a new folder or empty this one"
        raise InputError(Problem(str(out), 0, 0, "I133", message))


@contextmanager
def workplace(out: Path) -> Iterator[Path]:
    """Give a temporary folder beside the target; it is gone afterwards, whatever happened.

    Raises:
        InputError: the folder beside the target cannot be written.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        place = Path(mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    except OSError as error:
        raise InputError(Problem(str(out), 0, 0, "I133", f"cannot write beside --out: {error.strerror}")) from None
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def move_into_place(made: Path, out: Path) -> None:
    """Put a finished folder where it belongs; what the user has added to an earlier one stays."""
    if not out.exists():
        made.replace(out)
        return
    old = made.with_name("old")
    out.replace(old)
    try:
        made.replace(out)
    except OSError:
        old.replace(out)
        raise
    for kept in old.iterdir():
        if not (out / kept.name).exists():
            kept.replace(out / kept.name)
