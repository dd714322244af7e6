"""What the first rows of a file say of its times: what numbers and clocks mean, and which columns are metadata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from . import times
from .raw import Field, Raw
from .values import strings

WINDOW = 20_000  # the rows by which units of time are judged: the same number whatever the size of batches


class Timing(NamedTuple):
    """What the first rows said about a file's times: fields that are metadata, and what numbers and clocks mean."""

    demoted: tuple[str, ...]
    senses: Mapping[str, times.Sense]


def timing_of(window: Sequence[Raw]) -> Timing:
    """Judge the times of a file by its first rows.

    Wall-clock time, or a date as a number (20260903, 46270), that never changes within a conversation is the time of
    the conversation, and a wall-clock ``start`` beside a column of sending times is another time: both are metadata.
    """
    window = _cut([raw for raw in window if len(raw)])
    columns: dict[str, times.Times] = {}
    names: dict[str, str] = {}
    if not window or not all("conversation_id" in raw.fields for raw in window):
        return Timing((), {})
    codes = _codes(window)
    for key in ("start", "end", "sent_at"):
        present = [raw.fields[key].name for raw in window if key in raw.fields]
        if present:
            parts = [_apart(raw, key) for raw in window]
            offsets = np.cumsum([0, *(len(raw) for raw in window)])
            bad = np.concatenate([part.bad + offset for part, offset in zip(parts, offsets, strict=False)])
            merged = [np.concatenate([part[place] for part in parts]) for place in range(3)]
            columns[key], names[key] = times.Times(merged[0], merged[1], merged[2], bad), present[0]
    spans = [key for key in columns if _durations(window, key)]  # seconds already: nothing is left to judge
    days = [key for key in columns if key not in spans and times.counts_days(names[key], columns[key], codes)]
    columns |= {key: times.from_days(columns[key]) for key in days}
    hours = _hours(window, columns, codes)
    columns |= {key: times.from_hours(columns[key]) for key in hours}
    dated = {key: column if key in spans else _from_dates(column) for key, column in columns.items()}
    demoted = [key for key in ("start", "sent_at") if key in columns and times.constant(dated[key], codes)]
    if "sent_at" in columns and "sent_at" not in demoted and "start" not in demoted:
        demoted += ["start"] if times.only_stamps(columns.get("start")) and times.has_stamps(columns["sent_at"]) else []
    kept = [key for key in columns if key not in demoted and key not in spans]
    judged = times.judge([names[key] for key in kept], [columns[key] for key in kept], codes)
    senses = dict.fromkeys(spans, times.Sense()) | {
        key: replace(sense, days=key in days, hours=key in hours, zone=_zone(window, key))
        for key, sense in zip(kept, judged, strict=True)
    }
    return Timing(tuple(demoted), senses)


def _from_dates(column: times.Times) -> times.Times:
    """Return a column of nothing but dates as numbers (20260903, 46270) as stamps, each day another; else as it is."""
    given = ~np.isnan(column.number)
    number = column.number[given]
    year, rest = np.divmod(number, 10_000)
    month, day = np.divmod(rest, 100)
    written = (year >= 1970) & (year < 2200) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    of_sheet = (number >= times.FIRST_DAY) & (number < times.LAST_DAY)
    if times.has_stamps(column) or not ((written | of_sheet) & (number % 1 == 0)).all():
        return column
    stamp = column.stamp.copy()
    stamp[given] = number.astype(np.int64)
    return column._replace(number=np.full(len(given), np.nan), stamp=stamp)


def _zone(window: Sequence[Raw], key: str) -> int:
    """Return the zone by whose clock the moments of a field are told."""
    return times.first_zone(raw.fields[key].values for raw in window if key in raw.fields)


def _hours(window: Sequence[Raw], columns: Mapping[str, times.Times], codes: np.ndarray) -> list[str]:
    """Return the columns whose 15:05 is a time of day: sending times, all HH:MM, and most from one o'clock on.

    Beside an end (``00:03-00:07``) they are of a recording.
    """
    sent = columns.get("sent_at")
    if sent is None or ("end" in columns and not np.isnan(columns["end"].clock).all()):
        return []
    given = [raw.fields["sent_at"].values for raw in window if "sent_at" in raw.fields]
    all_hours = all(map(times.hours_and_minutes, given))
    return ["sent_at"] if all_hours and times.judge([""], [times.from_hours(sent)], codes)[0].of_day else []


def _durations(window: Sequence[Raw], key: str) -> bool:
    """True where a field holds durations, whose type says what they count."""
    kinds = [raw.fields[key].values.type for raw in window if key in raw.fields]
    return all(pa.types.is_duration(kind.value_type if pa.types.is_dictionary(kind) else kind) for kind in kinds)


def _cut(window: Sequence[Raw]) -> list[Raw]:
    """Return the first rows, never more than the window."""
    kept: list[Raw] = []
    room = WINDOW
    for raw in window:
        if room <= 0:
            break
        part = {key: Field(given.name, given.values.slice(0, room)) for key, given in raw.fields.items()}
        kept.append(replace(raw, fields=part, lines=raw.lines[:room], positions=raw.positions[:room]))
        room -= len(raw)
    return kept


def _codes(window: Sequence[Raw]) -> np.ndarray:
    """Return a number for the conversation of each row."""
    ids = pa.chunked_array([strings(raw.fields["conversation_id"].values) for raw in window])
    return np.asarray(ids.combine_chunks().fill_null("").dictionary_encode().indices)


def _apart(raw: Raw, key: str) -> times.Times:
    """Take the times of one field apart; where the batch has none, they are all empty."""
    given = raw.fields.get(key)
    return times.take_apart(given.values if given else pa.nulls(len(raw)))
