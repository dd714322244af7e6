"""The output folder: made beside its target, moved into place whole, and nobody else's files are touched."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import orjson

from .errors import InputError, Problem
from .record import digest_of

if sys.platform != "win32":
    from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock

RECORD = "run.json"
WORKBOOK = "qa.xlsx"


def refuse_foreign(out: Path, command: str = "score") -> None:
    """Refuse a target that holds anything but an earlier run of the same command, or what a killed run has left.

    Raises:
        InputError: the target is a file, or a folder without the ``run.json`` of an earlier run of ``command``.
    """
    _clear_abandoned(out.resolve())
    if out.exists() and not out.is_dir():
        raise InputError(Problem(str(out), 0, 0, "I133", "--out is a file: name a folder"))
    if out.is_dir() and any(out.iterdir()) and not (out / RECORD).is_file():
        message = f"--out exists and holds no earlier run ({RECORD} is missing): name a new folder or empty this one"
        raise InputError(Problem(str(out), 0, 0, "I133", message))
    if (out / RECORD).exists():
        record = record_in(out) or {}
        found = record.get("command")
        if "cscheck" not in record or found is None:
            message = f"--out exists and its {RECORD} is not of cscheck {command}: name a new folder or empty this one"
            raise InputError(Problem(str(out), 0, 0, "I133", message))
        if found != command:
            message = (
                f"--out holds a run of cscheck {found}, which cscheck {command} does not replace: name a new folder"
            )
            raise InputError(Problem(str(out), 0, 0, "I133", message))


def record_in(folder: Path) -> dict[str, Any] | None:
    """Return the record of the run in a folder; None where it is missing or damaged."""
    try:
        found = orjson.loads((folder / RECORD).read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def own_workbook(out: Path, wanted: bool) -> bool:
    """Return whether the folder holds the workbook of its earlier run, unchanged.

    Raises:
        InputError: a new one is ``wanted``, and what is there is not that: an inspector may have filled it in.
    """
    if not (out / WORKBOOK).exists():
        return False
    own: bool = (record_in(out) or {}).get("workbook") == digest_of(out / WORKBOOK)
    if wanted and not own:
        message = (
            f"{WORKBOOK} was changed after it was written (复核), and would be lost: move it, or name a new folder"
        )
        raise InputError(Problem(str(out), 0, 0, "I136", message))
    return own


def _clear_abandoned(out: Path) -> None:
    """Take away the temporary folders, with transcripts, that killed runs into this target have left.

    A live run holds a lock on its own, since before anything stood in it; where no lock can be had (on Windows, on some
    network drives, of another user) a folder is left alone. A record that was just being replaced is put back, so that
    the target still counts as an earlier run.
    """
    places: list[Path] = []
    for home in (out, out.parent):
        with suppress(OSError):
            places += [path for path in home.iterdir() if path.name.startswith(_prefix(out)) and not path.is_symlink()]
    for place in places:
        with suppress(OSError):
            if any(place.iterdir()):
                _clear_dead(place, out)


def _clear_dead(place: Path, out: Path) -> None:
    """Take away the temporary folder of a run unless it lives."""
    with _locked(place, alone=True) as dead:
        if dead and (place / "old" / RECORD).exists() and not (out / RECORD).exists():
            (place / "old" / RECORD).replace(out / RECORD)
        if dead:
            shutil.rmtree(place, ignore_errors=True)


def _prefix(out: Path) -> str:
    """Return how the names of the temporary folders of runs into a target begin."""
    return f".{out.name or 'out'}.cscheck-"


@contextmanager
def _locked(place: Path, alone: bool) -> Iterator[bool]:
    """Hold a lock on a folder, which ends with the process at the latest; say whether it was to be had."""
    if sys.platform == "win32":
        yield False  # there a folder cannot be opened
        return
    handle = os.open(place, os.O_RDONLY)
    try:
        found = False
        with suppress(OSError):
            flock(handle, (LOCK_EX if alone else LOCK_SH) | LOCK_NB)
            found = True
        yield found
    finally:
        os.close(handle)


@contextmanager
def workplace(out: Path) -> Iterator[Path]:
    """Give a temporary folder in the target, or beside it where it does not exist; it is gone afterwards.

    Raises:
        InputError: the folder cannot be written.
    """
    home = out if out.is_dir() else out.parent
    try:
        home.mkdir(parents=True, exist_ok=True)
        place = Path(mkdtemp(prefix=_prefix(out), dir=home))
    except OSError as error:
        raise InputError(Problem(str(out), 0, 0, "I133", f"cannot write --out: {error.strerror}")) from None
    try:
        with _locked(place, alone=False):
            yield place
    except OSError as error:  # the disk is full, or a limit is met
        message = f"cannot write the results: {error.strerror or error}; nothing was changed"
        raise InputError(Problem(str(out), 0, 0, "I133", message)) from None
    finally:
        shutil.rmtree(place, ignore_errors=True)


def move_into_place(made: Path, out: Path, obsolete: Collection[str] = ()) -> None:
    """Put finished files where they belong, the record last; whatever interrupts it, an earlier run is put back.

    Only files of the same names are replaced, and those of the earlier run that are ``obsolete`` taken away: what the
    user keeps in the folder stays.

    Raises:
        InputError: a file cannot be replaced; some systems keep files that another program has open.
    """
    if not out.exists():
        made.replace(out)
        return
    old = made.with_name("old")
    old.mkdir()
    names = sorted((file.name for file in made.iterdir()), key=lambda name: (name == RECORD, name))
    name = ""
    try:
        for name in [*obsolete, *names]:
            if (out / name).exists():
                (out / name).replace(old / name)
            if name in names:
                (made / name).replace(out / name)
    except BaseException as error:
        for put in names:
            if not (made / put).exists():
                (out / put).unlink(missing_ok=True)
        for kept in old.iterdir():
            kept.replace(out / kept.name)
        if isinstance(error, OSError):
            message = f"cannot replace {name}: {error.strerror} (is it open in another program?)"
            raise InputError(Problem(str(out), 0, 0, "I133", message)) from None
        raise
