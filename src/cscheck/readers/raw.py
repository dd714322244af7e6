"""What a reader hands to the understanding: rows as they stand in the file, with their places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pyarrow as pa


class Reject(NamedTuple):
    """One input row that could not be used: where it stands, whose it is and why."""

    line: int
    position: int
    conversation_id: str | None
    turn_index: int | None
    reason: str


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
    the reader has put into the field ``meta`` itself.
    """

    fields: Mapping[str, Field]
    extras: Mapping[str, pa.Array]
    lines: np.ndarray
    positions: np.ndarray
    faults: Mapping[int, str] = field(default_factory=dict)
    rejects: tuple[Reject, ...] = ()
    merged: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.lines)
