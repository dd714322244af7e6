"""The record of a run (``run.json``): with it a result can be traced to its input, packs, scheme and versions."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from hashlib import file_digest
from importlib.metadata import version
from pathlib import Path

from .pack import Library
from .scheme import Scheme

LIBRARIES = ("ahocorasick-rs", "jieba", "numpy", "pyarrow", "regex")


def record_of(
    library: Library,
    scheme_name: str,
    scheme: Scheme,
    options: Mapping[str, object],
    inputs: Mapping[str, Path],
    counts: Mapping[str, object],
) -> dict[str, object]:
    """Return the record of a run of ``cscheck score``.

    ``scheme_name`` is the scheme as given, ``inputs`` the files by name as given; a run is reproducible where the
    ``counts`` tell of no errors.
    """
    return {
        "cscheck": version("cscheck"),
        "command": "score",
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "packs": [{"id": pack.id, "version": pack.version, "rules": len(pack.rules)} for pack in library.packs],
        "pack_digest": library.digest,
        "scheme": scheme_name,
        "scheme_digest": scheme.digest,
        "options": dict(options),
        "inputs": {name: digest_of(path) for name, path in inputs.items()},
        "counts": dict(counts),
        "reproducible": not counts["errors"],
    }


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as source:
        return file_digest(source, "sha256").hexdigest()
