"""Transcripts of every accepted format as the turn table.

One file per format (``delimited``, ``excel``, ``parquet``, ``jsonl``, ``plaintext``) hands on raw rows with their
places; ``dialogues`` unfolds those that hold a whole conversation; ``understand`` turns them into turns and rejects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from ..turntable import REJECTS, TURNS
from .files import FORMATS, parts_of
from .frames import arrow_of
from .header import Part
from .lexicon import ColumnMapping
from .parquet import header_of, raw_of
from .raw import Reject, reject_table
from .timeofday import Origins
from .understand import understand
from .years import rows_of

__all__ = ["FORMATS", "ColumnMapping", "Origins", "from_frame", "read"]

Given = ColumnMapping | Mapping[str, str] | None


def read(
    path: Path, name: str, mapping: Given = None, origins: Origins | None = None
) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Yield the turns and rejects of a file, at most 50,000 turns at a time.

    Args:
        path: the file; its suffix decides the format (``.gz`` may follow that of a text format).
        name: the file as the user gave it, for messages and for the column ``file``; behind it stands the sheet
            of a workbook (``book.xlsx[Sheet1]``).
        mapping: the file's own names for columns, roles and channels, and its layout; a plain mapping names columns
            alone.
        origins: the same for all files of a run, so that a conversation with times but no date that goes on in another
            file is counted on; the sheets of one file are, in any case.

    Returns:
        Pairs of tables with the schemas ``turntable.TURNS`` and ``turntable.REJECTS``. A row is in the rejects when
        it cannot be used; an empty turn is in both. A sheet that is no transcript is one reject.

    Raises:
        InputError: the file as a whole is at fault. I101 it cannot be read, I102 its suffix is unknown, I103 it is
            empty, I104 it cannot be decoded, I105 a column is missing, I106 a column is given twice, I107 most roles
            are unknown, I108 no turn can be used, I109 it is not what its suffix says, I110 the mapping is wrong, I111
            a sheet has a cell far off the table. Tests that need all rows (I107, I108) come after the last batch: use
            nothing of a file that ends so.
    """
    given, begun = _mapping(mapping), Origins() if origins is None else origins
    for part in parts_of(path, name, given):
        if part.skipped:
            yield TURNS.empty_table(), reject_table([Reject(1, 0, None, None, part.skipped)], part.name)
        else:
            yield from _turns_of(part, begun)


def _turns_of(part: Part, origins: Origins) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Yield the turns and rejects of one table of a file; times are counted on from ``origins``.

    Raises:
        InputError: as for ``read``.
    """
    if part.header:
        part.header.checked()
    yield from understand(rows_of(part, origins=origins), part.name, part.mapping, origins=origins)


def from_frame(frame: Any, name: str = "<frame>", mapping: Given = None) -> tuple[pa.Table, pa.Table]:
    """Return the turns and rejects of a frame with one row a turn: pandas, Arrow, or any with ``__arrow_c_stream__``.

    Raises:
        InputError: as for ``read``; I123 it is no frame; I124 a column holds values that do not go together.
    """
    given = _mapping(mapping).at(name)
    table, faults = arrow_of(frame, name)
    header = header_of(table, name, given).checked()
    raw = raw_of(table, header.columns, 0)
    raw = replace(raw, faults={**raw.faults, **faults})
    parts = list(_turns_of(Part(name, iter([raw]), given, header), Origins()))
    turns = pa.concat_tables([TURNS.empty_table(), *(part for part, _ in parts)])
    return turns, pa.concat_tables([REJECTS.empty_table(), *(part for _, part in parts)])


def _mapping(given: Given) -> ColumnMapping:
    """Return a mapping; a plain one is a mapping of columns."""
    return given if isinstance(given, ColumnMapping) else ColumnMapping(given or {})
