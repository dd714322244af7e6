"""What a reader hands on: rows as they stand in the file, with their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from pyarrow import compute as pc

from ..turntable import REJECTS


class Reject(NamedTuple):
    """One input row that could not be used: where it stands, whose it is and why; ``speaker`` is whom nobody knows."""

    line: int
    position: int
    conversation_id: str | None
    turn_index: int | None
    reason: str
    speaker: str | None = None


class Field(NamedTuple):
    """One column of the file: its name there and its values (texts, or natively typed values)."""

    name: str
    values: pa.Array


@dataclass(frozen=True)
class Raw:
    """A batch of rows that nobody has interpreted yet.

    ``fields`` holds the columns by the name they have in the turn table, ``extras`` every other column by its own
    name (metadata). ``lines`` and ``positions`` say where each row stands. ``faults`` gives the rows that the reader
    knows to be unusable; ``rejects`` the lines that did not even become rows; ``merged`` the names of metadata that
    the reader has put into the field ``meta`` itself; ``by_name`` counts, by name and role, rows whose speaker only his
    name and who else speaks tell.
    """

    fields: Mapping[str, Field]
    extras: Mapping[str, pa.Array]
    lines: np.ndarray
    positions: np.ndarray
    faults: Mapping[int, str] = field(default_factory=dict)
    rejects: tuple[Reject, ...] = ()
    merged: tuple[str, ...] = ()
    by_name: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.lines)


def filled(values: Sequence[pa.Array]) -> pa.Array | None:
    """Return which rows of columns of texts have a cell that is not blank; None where every row has one."""
    some = None
    for column in values:
        here = pc.not_equal(pc.utf8_trim_whitespace(column), "").fill_null(False)
        some = here if some is None else pc.or_(some, here)
        if pc.all(some).as_py():
            return None
    return some


def reject_table(rejects: Sequence[Reject], name: str) -> pa.Table:
    """Return rejects as a table."""
    columns = [
        pa.array([name] * len(rejects), pa.string()),
        pa.array([reject.line for reject in rejects], pa.int64()),
        pa.array([reject.conversation_id for reject in rejects], pa.string()),
        pa.array([reject.turn_index for reject in rejects], pa.int32()),
        pa.array([reject.reason for reject in rejects], pa.string()),
    ]
    return pa.Table.from_arrays(columns, schema=REJECTS)
