"""Columns of native types as text."""

from __future__ import annotations

import pyarrow as pa

from cscheck.readers.values import strings


def test_durations_as_texts_are_their_seconds() -> None:
    """The text of a duration is the number of its seconds, in whatever unit it is stored."""
    assert strings(pa.array([5000, 250, None], pa.duration("ms"))).to_pylist() == ["5", "0.25", None]
    assert strings(pa.array([90], pa.duration("s"))).to_pylist() == ["90"]
