"""The time of a conversation (日期, 通话时间) that is the clock of its turns: it changes from turn to turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np
import pyarrow as pa

from .columns import TIMES
from .header import Part
from .moments import LEAP, short_time
from .raw import Field, Raw
from .timeofday import moment_of
from .times import DAY
from .timing import WINDOW
from .values import column_text

_KEY = "started_at"
_STEP = DAY // 24  # turns follow each other within it; calls of one case (工单) are farther apart
_MOST = 0.5  # of the conversations with several rows


def named(part: Part, key: str) -> str:
    """Return what the column of a piece of metadata is called in a table."""
    place = part.header.columns.extras.get(key) if part.header else None
    return part.header.names[place] if part.header and place is not None else key


def clocked(raws: Iterator[Raw], part: Part) -> Iterator[Raw]:
    """Yield batches in which the time of conversations is ``sent_at``, where the first rows show that turns have it.

    They do where no other column has times, the mapping does not say what the column is, and its moments change within
    most conversations by less than an hour.
    """
    window: list[Raw] = []
    for raw in raws:
        window.append(raw)
        if sum(map(len, window)) >= WINDOW:
            break
    of_turns = _KEY not in part.mapping.columns and _changes([raw for raw in window if len(raw)])
    for raw in chain(window, raws):
        yield _moved(raw, named(part, _KEY)) if of_turns and _KEY in raw.extras else raw


def _moved(raw: Raw, column: str) -> Raw:
    """Return a batch whose turns have the time that was the conversation's."""
    extras = {key: values for key, values in raw.extras.items() if key != _KEY}
    return replace(raw, fields={**raw.fields, "sent_at": Field(column, raw.extras[_KEY])}, extras=extras)


def _changes(window: Sequence[Raw]) -> bool:
    """True where the only times of the rows are moments of conversations that change within most of these."""
    if not window or any(_KEY not in raw.extras or "conversation_id" not in raw.fields for raw in window):
        return False
    if any(key in raw.fields for raw in window for key in TIMES):
        return False
    texts = [text for raw in window for text in column_text(raw.extras[_KEY]).to_pylist()]
    given = {text: _moment(text) for text in set(texts) if text}
    if None in given.values() or not any(moment and moment % DAY for moment in given.values()):
        return False
    ids = [column_text(raw.fields["conversation_id"].values) for raw in window]
    codes = np.asarray(pa.chunked_array(ids).combine_chunks().fill_null("").dictionary_encode().indices)
    here = np.array([bool(text) for text in texts], bool)
    moments = np.array([given[text] for text in texts if text], np.int64)
    return _steps(codes[here], moments)


def _steps(codes: np.ndarray, moments: np.ndarray) -> bool:
    """True where moments change within most conversations (of two rows or more), mostly by less than an hour."""
    order = np.lexsort((moments, codes))
    steps, same = np.diff(moments[order]), np.diff(codes[order]) == 0
    several = np.unique(codes[order][1:][same])
    changing = np.unique(codes[order][1:][same & (steps > 0)])
    if len(changing) <= _MOST * len(several):
        return False
    return bool(np.median(steps[same & (steps > 0)]) < _STEP)


def _moment(text: str) -> int | None:
    """Return a date, with its year or without, in microseconds; None where it is none."""
    short = short_time(text)
    return moment_of(f"{LEAP}-{short[0]}-{short[1]} {short[2]}" if short else text)
