"""The tables of a file: which reader its suffix calls for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ..checks import endless, printable
from .delimited import read_csv
from .encoding import fault
from .excel import read_excel
from .header import Part
from .jsonl import read_jsonl
from .lexicon import ColumnMapping
from .parquet import read_parquet
from .plaintext import read_text
from .raw import Raw

Reader = Callable[[Path, str, ColumnMapping], Iterable[Part]]


def _one(read: Callable[[Path, str, ColumnMapping], Part]) -> Reader:
    """Return the reader of a format whose files hold one table."""

    return lambda path, name, mapping: [read(path, name, mapping.at(name))]


def _bare(read: Callable[[Path, str, ColumnMapping], Iterator[Raw]]) -> Reader:
    """Return the reader of a format without a header."""
    return _one(lambda path, name, mapping: Part(name, read(path, name, mapping), mapping))


FORMATS: dict[str, Reader] = {
    ".csv": _one(read_csv),
    ".tsv": _one(read_csv),
    ".jsonl": _bare(read_jsonl),
    ".ndjson": _bare(read_jsonl),
    ".parquet": _one(read_parquet),
    ".txt": _bare(read_text),
    ".xlsx": read_excel,
    ".xlsm": read_excel,
    ".xls": read_excel,
}
# what may lie beside transcripts, so that a whole folder can be named: told of as a reject, never read
ASIDE = {".ipynb": "a notebook, no transcript", ".md": "a text about files, no transcript"}
_BINARY = (".parquet", ".xlsx", ".xlsm", ".xls")


def parts_of(path: Path, name: str, mapping: ColumnMapping) -> Iterable[Part]:
    """Return the tables of a file, read by the reader for its suffix.

    Raises:
        InputError: I101 no table or report could hold the file's name, or it is no file; I102 the suffix is unknown; as
            for ``read``.
    """
    shown = printable(name)
    if shown != name:
        raise fault(shown, "I101", "the name of the file is not valid UTF-8: rename the file")
    if endless(path):
        raise fault(name, "I101", "a device or pipe: give a file")
    plain = path.name.lower()
    if path.suffix.lower() in ASIDE:
        return [Part(name, iter(()), mapping, skipped=ASIDE[path.suffix.lower()])]
    unpacked = plain.removesuffix(".gz")
    for suffix, reader in FORMATS.items():
        if unpacked.endswith(suffix) and (unpacked == plain or suffix not in _BINARY):
            return reader(path, name, mapping)
    known = " ".join(FORMATS)
    raise fault(name, "I102", f"the suffix {path.suffix!r} is unknown: accepted are {known} (text formats also .gz)")
