"""Transcripts of every accepted format as the turn table.

One file per format (``delimited``, ``parquet``, ``jsonl``, ``plaintext``) hands on raw rows with their places;
``understand`` turns raw rows into turns and rejects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from ..turntable import REJECTS, TURNS
from .columns import table_columns
from .delimited import read_csv
from .encoding import fault
from .frames import arrow_of
from .jsonl import read_jsonl
from .lexicon import ColumnMapping
from .parquet import raw_of, read_parquet
from .plaintext import read_text
from .raw import Raw
from .understand import sheet_of, understand

__all__ = ["FORMATS", "ColumnMapping", "from_frame", "read", "understood"]

FORMATS: dict[str, Callable[[Path, str, ColumnMapping], Iterator[Raw]]] = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
    ".parquet": read_parquet,
    ".txt": read_text,
}

Given = ColumnMapping | Mapping[str, str] | None
_UNITS = {1.0: "seconds", 1e3: "milliseconds", 1e6: "microseconds"}


def read(path: Path, name: str, mapping: Given = None) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Yield the turns and rejects of a file, at most 50,000 turns at a time.

    Args:
        path: the file; its suffix decides the format (``.gz`` may follow that of a text format).
        name: the file as the user gave it, for messages and for the column ``file``.
        mapping: the file's own names for columns, roles and channels; a plain mapping names columns alone.

    Returns:
        Pairs of tables with the schemas ``turntable.TURNS`` and ``turntable.REJECTS``. A row is in the rejects when
        it cannot be used; an empty turn is in both.

    Raises:
        InputError: the file as a whole is at fault. I101 it cannot be read, I102 its suffix is unknown, I103 it is
            empty, I104 it cannot be decoded, I105 a column is missing, I106 a column is given twice, I107 most roles
            are unknown, I108 no turn can be used, I109 it is not what its suffix says, I110 the mapping is wrong.
            The last but one test (I107, I108) comes after the last batch: use nothing of a file that ends so.
    """
    given = _mapping(mapping)
    yield from understand(_reader(path, name)(path, name, given), name, given)


def from_frame(frame: Any, name: str = "<frame>", mapping: Given = None) -> tuple[pa.Table, pa.Table]:
    """Return the turns and rejects of a frame with one row a turn: pandas, Arrow, or any with ``__arrow_c_stream__``.

    Raises:
        InputError: as for ``read``; I123 it is no frame; I124 a column holds values that do not go together.
    """
    given = _mapping(mapping)
    table, faults = arrow_of(frame, name)
    raw = raw_of(table, table_columns(table.column_names, name, given), 0)
    raw = replace(raw, faults={**raw.faults, **faults})
    parts = list(understand(iter([raw]), name, given))
    turns = pa.concat_tables([TURNS.empty_table(), *(part for part, _ in parts)])
    return turns, pa.concat_tables([REJECTS.empty_table(), *(part for _, part in parts)])


def understood(path: Path, name: str, mapping: Given = None) -> list[dict[str, str]]:
    """Return what each column of a file is taken for, judged by its first rows.

    Returns:
        For each column ``column`` (its name in the file), ``taken_for`` (a column of the turn table or ``meta``) and
        ``note`` (the unit of a time, or empty).

    Raises:
        InputError: as for ``read``, as far as the first rows show it.
    """
    given = _mapping(mapping)
    raws: Sequence[Raw] = list(islice(_reader(path, name)(path, name, given), 1))
    sheet = sheet_of(raws)
    found = []
    for raw in raws:
        for key, part in raw.fields.items():
            sense = sheet.senses.get(key)
            note = f"numbers are {_UNITS[sense.per_second]}" if sense else ""
            note += "; clocks are times of day" if sense and sense.of_day else ""
            taken = "meta" if key in sheet.demoted else key
            found.append({"column": part.name, "taken_for": taken, "note": note})
        found += [{"column": key, "taken_for": "meta", "note": ""} for key in (*raw.extras, *raw.merged)]
    return found


def _mapping(given: Given) -> ColumnMapping:
    """Return a mapping; a plain one is a mapping of columns."""
    return given if isinstance(given, ColumnMapping) else ColumnMapping(given or {})


def _reader(path: Path, name: str) -> Callable[[Path, str, ColumnMapping], Iterator[Raw]]:
    """Return the reader for a file's suffix; a name that no table or report could hold is refused."""
    shown = name.encode("utf-8", "backslashreplace").decode()
    if shown != name:
        raise fault(shown, "I101", "the name of the file is not valid UTF-8: rename the file")
    plain = path.name.lower()
    unpacked = plain.removesuffix(".gz")
    for suffix, reader in FORMATS.items():
        if unpacked.endswith(suffix) and (unpacked == plain or suffix != ".parquet"):
            return reader
    known = " ".join(FORMATS)
    message = f"the suffix {path.suffix!r} is unknown: accepted are {known} (text formats also .gz)"
    if plain.endswith((".xls", ".xlsx")):
        message += "; save it as CSV UTF-8 (另存为 CSV UTF-8)"
    raise fault(name, "I102", message)
