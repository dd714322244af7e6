"""The cache (缓存): what takes long to make is kept on disk, under a name that says what it was made of.

It is unpickled later, so only the user may write there: a folder or a file that others can write is left alone.
Whatever goes wrong here is no error: what is not kept is made again.
"""

from __future__ import annotations

import os
import stat
import zlib
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import time

from platformdirs import user_cache_path

VARIABLE = "CSCHECK_CACHE"  # a folder, or one of OFF
OFF = ("off", "0", "no", "false")
FOLDER = "compiled"  # a folder of our own, whatever else stands in the one that the user names
MOST = 12  # of the entries the last ones used
UNFINISHED = 3600.0  # seconds after which nobody finishes writing


def recall(name: str | None) -> bytes | None:
    """Return what was kept under a name; None where there is nothing, or it cannot be trusted or read."""
    folder = _folder()
    if folder is None or name is None:
        return None
    path = folder / name
    try:
        if not (_own(folder) and _own(path) and path.is_file()):
            return None
        head, _, body = path.read_bytes().partition(b"\n")
        if head != _head(name):
            return None
        with suppress(OSError):
            os.utime(path)  # used: it stays
        return zlib.decompress(body)  # which notices what is damaged
    except (OSError, zlib.error):
        return None


def keep(name: str | None, data: bytes) -> None:
    """Keep data under a name; others who write or read there at the same time meet all of it or nothing."""
    folder = _folder()
    if folder is None or name is None:
        return
    with suppress(OSError):
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        if not _own(folder):
            return
        with NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as part:
            try:
                part.write(_head(name) + b"\n" + zlib.compress(data, 1))
                part.close()
                Path(part.name).replace(folder / name)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise
        _tidy(folder)


def _folder() -> Path | None:
    """The folder of the entries; None where nothing is kept."""
    said = os.environ.get(VARIABLE, "").strip()
    if said.lower() in OFF:
        return None
    try:
        found = Path(said).expanduser() if said else user_cache_path("cscheck", appauthor=False)
    except RuntimeError:  # the home of nobody (~name)
        return None
    return found / FOLDER if said or found.is_absolute() else None  # a user without a home


def _head(name: str) -> bytes:
    return f"cscheck {name}".encode()


def _own(path: Path) -> bool:
    """True where a folder or file is the user's and nobody else has any right to it; raises OSError."""
    found = path.lstat()
    if os.name == "nt":
        return True  # the rights of a profile are not told by its mode
    return found.st_uid == os.geteuid() and not stat.S_ISLNK(found.st_mode) and not found.st_mode & 0o077


def _tidy(folder: Path) -> None:
    """Remove the entries that were not used for longest, and what was left half-written."""
    used = sorted(((path.stat().st_mtime, path) for path in folder.iterdir()), reverse=True)
    entries = [path for _, path in used if path.suffix != ".part"]
    for path in (*entries[MOST:], *(path for at, path in used if path.suffix == ".part" and at < time() - UNFINISHED)):
        path.unlink(missing_ok=True)
