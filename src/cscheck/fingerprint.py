"""Fingerprints (指纹): a hash of all that decides how packs come out once they are compiled."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import time

from .checks import endless

LIBRARIES = ("cscheck", "ahocorasick-rs", "numpy", "pyyaml", "regex")
KINDS = (".yaml", ".yml", ".tsv", ".json", ".npz")
BEGUN = time()
IMPORTING = 10.0  # seconds that a process may have needed to come as far as this
TICK = 2.0  # seconds between which the times of files may not differ


def fingerprint(kind: str, packs: Sequence[tuple[str, Path]], data: Path) -> str | None:
    """Return a hash over all that goes into what is made of packs; None where it would tell nothing.

    That is: how the packs are named and where they lie, what stands in their files, the shipped data and the code of
    this package, and the versions beneath it. Where code or data was changed after this process had begun, what was
    read before and what stands there now are two things, and no hash tells them apart.

    Args:
        kind: what is made of them.
        packs: each pack's name as given and its folder.
        data: the folder of the shipped data.
    """
    home = Path(__file__).parent
    try:
        code, shipped = _files(home, (".py",)), _files(data, KINDS)
        if _newest(code) > BEGUN - IMPORTING or _newest(shipped) > BEGUN - TICK:
            return None
        total = sha256(repr((kind, sys.version, list(map(version, LIBRARIES)), str(data))).encode())
        own = [path for _, folder in packs for path in _files(folder, KINDS)]
        for name, folder in packs:
            total.update(f"{name}\0{folder.resolve()}\0".encode())
        for path in dict.fromkeys([*code, *shipped, *own]):
            total.update(f"{path}\0".encode())
            total.update(sha256(path.read_bytes()).digest())
    except (OSError, PackageNotFoundError):  # an unreadable file; a copy of the package that was never installed
        return None
    return total.hexdigest()


def _files(folder: Path, kinds: Sequence[str]) -> list[Path]:
    """The files of these kinds in a folder and below, also below links to folders."""
    found = {*folder.rglob("*"), *folder.glob("*/*")}
    return sorted(path for path in found if path.suffix.lower() in kinds and not endless(path))


def _newest(files: Iterable[Path]) -> float:
    """When a file was last changed, or put in its place."""
    return max((max(found.st_mtime, found.st_ctime) for found in (path.stat() for path in files)), default=0.0)
