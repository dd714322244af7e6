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
    """Give a temporary folder in the target, or beside it where it does not exist; it is gone afterwards.

    Raises:
        InputError: the folder cannot be written.
    """
    home = out if out.is_dir() else out.parent
    try:
        home.mkdir(parents=True, exist_ok=True)
        place = Path(mkdtemp(prefix=f".{out.name or 'out'}.", dir=home))
    except OSError as error:
        raise InputError(Problem(str(out), 0, 0, "I133", f"cannot write --out: {error.strerror}")) from None
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def move_into_place(made: Path, out: Path) -> None:
    """Put finished files where they belong, the record last; whatever interrupts it, an earlier run is put back.

    Only files of the same names are replaced: what the user keeps in the folder stays.
    """
    if not out.exists():
        made.replace(out)
        return
    old = made.with_name("old")
    old.mkdir()
    files = sorted(made.iterdir(), key=lambda file: (file.name == RECORD, file.name))
    try:
        for file in files:
            if (out / file.name).exists():
                (out / file.name).replace(old / file.name)
            file.replace(out / file.name)
    except BaseException:
        for file in files:
            if not file.exists():
                (out / file.name).unlink(missing_ok=True)
            if (old / file.name).exists():
                (old / file.name).replace(out / file.name)
        raise
