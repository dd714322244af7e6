"""Raw rows of any format become the turn table; what cannot be understood becomes a reject or an error."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from pyarrow import compute as pc

from ..turntable import REJECTS, TURNS
from . import times
from .encoding import fault
from .lexicon import ColumnMapping
from .metadata import dated, metadata
from .raw import Field, Raw, Reject
from .roles import channel_of, role_of_column, unknown_role
from .timeofday import Clocks, Origins, moments_of, placed
from .values import by_value, column_text, native, strings, without_errors

ROWS = 50_000  # the most rows of one table that is handed on
WINDOW = 20_000  # the rows by which units of time are judged: the same number whatever the size of batches
_WHOLE = re.compile(r"(\d{1,10}|\d{1,3}(?:,\d{3}){1,3})(?:\.0+)?")  # a whole number, perhaps as 1.00 or 1,000
_DAMAGED = re.compile(r"\d(\.\d+)?[Ee]\+\d{2,}")


class Timing(NamedTuple):
    """What the first rows said about a file's times: fields that are metadata, and what numbers and clocks mean."""

    demoted: tuple[str, ...]
    senses: Mapping[str, times.Sense]


@dataclass
class _Tally:
    """What goes on from batch to batch: counts for the errors that concern the file, and where conversations began."""

    rows: int = 0
    usable: int = 0
    unknown: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    origins: Origins = field(default_factory=Origins)


def understand(raws: Iterator[Raw], name: str, mapping: ColumnMapping) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Yield turns and rejects, at most 50,000 rows at a time.

    Raises:
        InputError: I103 no row at all; I107 most roles are unknown; I108 no usable turn.
    """
    window: list[Raw] = []
    for raw in raws:
        window.append(raw)
        if sum(map(len, window)) >= WINDOW:
            break
    timing = timing_of(window)
    tally = _Tally()
    for raw in chain(window, raws):
        turns, rejects = _batch(raw, timing, name, mapping, tally)
        for start in range(0, max(len(turns), 1), ROWS):
            part = rejects if start == 0 else rejects.slice(0, 0)
            if len(turns) or len(part):
                yield turns.slice(start, ROWS), part
    _verdict(tally, name)


def _verdict(tally: _Tally, name: str) -> None:
    """Raise an error where the file as a whole was not understood."""
    unknown = sum(tally.unknown.values())
    if unknown * 2 > tally.rows:
        shown = ", ".join(f"{value!r} ({count} rows)" for value, count in tally.unknown.most_common(5))
        more = ", …" if len(tally.unknown) > 5 else ""
        most = unknown_role(tally.unknown.most_common(1)[0][0])
        message = f"most roles are unknown: {shown}{more}; give a role mapping; {most}"
        raise fault(name, "I107", message)
    if not tally.rows and not tally.reasons:
        raise fault(name, "I103", "the file has no rows below its header")
    if not tally.usable:
        shown = "; ".join(f"{reason} ({count} rows)" for reason, count in tally.reasons.most_common(3))
        raise fault(name, "I108", f"no turn of the file can be used: {shown}")


def timing_of(window: Sequence[Raw]) -> Timing:
    """Judge the times of a file by its first rows.

    Wall-clock time that never changes within a conversation is the time of the conversation, and a wall-clock
    ``start`` beside a column of sending times is another time: both are metadata.
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
    days = [key for key in columns if times.counts_days(names[key], columns[key], codes)]
    columns |= {key: times.from_days(columns[key]) for key in days}
    demoted = [key for key in ("start", "sent_at") if key in columns and times.constant(columns[key], codes)]
    if "sent_at" in columns and "sent_at" not in demoted and "start" not in demoted:
        demoted += ["start"] if times.only_stamps(columns.get("start")) and times.has_stamps(columns["sent_at"]) else []
    kept = [key for key in columns if key not in demoted]
    judged = times.judge([names[key] for key in kept], [columns[key] for key in kept], codes)
    senses = {key: replace(sense, days=key in days) for key, sense in zip(kept, judged, strict=True)}
    return Timing(tuple(demoted), senses)


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


def _batch(raw: Raw, timing: Timing, name: str, mapping: ColumnMapping, tally: _Tally) -> tuple[pa.Table, pa.Table]:
    """Turn one batch into turns and rejects."""
    count = len(raw)
    reasons: dict[int, str] = dict(raw.faults)
    missing = pa.nulls(count, pa.string())
    fields = {key: given for key, given in raw.fields.items() if key not in timing.demoted}
    demoted = {raw.fields[key].name: raw.fields[key].values for key in timing.demoted if key in raw.fields}
    fields = {key: Field(given.name, without_errors(given.values)) for key, given in fields.items()}
    given = {key: fields[key].values if key in fields else missing for key in [*TURNS.names, "agent_name"]}
    ids = _identifiers(given["conversation_id"], reasons)
    role, agent = _speakers(given, mapping, reasons, tally, raw.faults)
    text = strings(given["text"]).fill_null("")
    index = _indices(given["turn_index"], reasons)
    start, end, stamp, clocks = _times(fields, timing, reasons, count)
    blank = np.asarray(pc.equal(pc.utf8_trim_whitespace(text), ""))
    text = pc.if_else(pa.array(blank), "", text) if blank.any() else text
    said = pa.repeat(pa.scalar(mapping.channel), count) if mapping.channel else given["channel"]
    channel, unclear = by_value(said, lambda value: _channel(value, mapping), 2)
    extras = {**raw.extras, **demoted}
    if "started_at" in extras:
        extras["started_at"] = dated(extras["started_at"])
    if unclear.null_count < count:
        extras["channel_raw"] = unclear
    meta = metadata(given["meta"], extras)
    if not np.isnan(clocks.own).all():
        moments = moments_of(meta, ["started_at", *demoted])
        midnight = (stamp != times.NONE) & (stamp % times.DAY == 0)  # a date that stands beside a time of day
        start_at, end_at, placed_at = placed(clocks, ids, np.where(midnight, stamp, moments), tally.origins)
        start, end = np.where(np.isnan(start), start_at, start), np.where(np.isnan(end), end_at, end)
        stamp = np.where(((stamp == times.NONE) | midnight) & (placed_at != times.NONE), placed_at, stamp)
    seconds = [pa.array(one, mask=np.isnan(one)) for one in (start, end)]
    stamps = pa.array(stamp, pa.int64(), mask=stamp == times.NONE).cast(pa.timestamp("us"))
    columns = [ids, index, role, agent, text, *seconds, stamps, channel, meta]
    columns += [pa.repeat(pa.scalar(name), count), pa.array(raw.lines), pa.array(raw.positions)]
    good = np.ones(count, bool)
    good[list(reasons)] = False
    empty = {int(place): "empty text" for place in np.flatnonzero(blank & good)}
    rejects = _rejects(raw, ids, index, reasons | empty)
    tally.rows += count
    tally.usable += int((good & ~blank).sum())
    tally.reasons.update(reject.reason for reject in rejects)
    kept = columns if good.all() else [column.filter(pa.array(good)) for column in columns]
    return pa.Table.from_arrays(kept, schema=TURNS), reject_table(rejects, name)


def _rejects(raw: Raw, ids: pa.Array, index: pa.Array, reasons: Mapping[int, str]) -> list[Reject]:
    """List the rejected rows in the order of the file."""
    found = list(raw.rejects)
    for place, reason in reasons.items():
        owner, number = ids[place].as_py(), index[place].as_py()
        found.append(Reject(int(raw.lines[place]), int(raw.positions[place]), owner, number, reason))
    return sorted(found, key=lambda reject: (reject.line, reject.position))


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


def _note(reasons: dict[int, str], places: np.ndarray, reason: Callable[[int], str]) -> None:
    """Keep a reason for each row that has none yet."""
    for place in places.tolist():
        reasons.setdefault(place, reason(place))


def _identifiers(values: pa.Array, reasons: dict[int, str]) -> pa.Array:
    """Return conversation ids as text; a missing or damaged one is a reason to reject."""
    ids = column_text(values)
    _note(reasons, np.flatnonzero(np.asarray(ids.is_null())), lambda _: "no conversation id")
    _note_damaged(ids, "conversation id", reasons)
    return ids


def _note_damaged(ids: pa.Array, what: str, reasons: dict[int, str]) -> None:
    """Keep a reason for each id that a spreadsheet or a float has rounded (1.23E+16)."""
    damaged = by_value(ids, lambda value: (bool(_DAMAGED.fullmatch(value)),), 1, pa.bool_())[0].fill_null(False)
    _note(
        reasons,
        np.flatnonzero(np.asarray(damaged)),
        lambda place: f"the {what} {ids[place].as_py()!r} has lost digits: export ids as text",
    )


def _speakers(
    given: Mapping[str, pa.Array],
    mapping: ColumnMapping,
    reasons: dict[int, str],
    tally: _Tally,
    faults: Mapping[int, str],
) -> tuple[pa.Array, pa.Array]:
    """Return roles and agent ids; an unknown role is a reason to reject."""

    def read(value: str) -> tuple[str | None, str | None, str | None]:
        found = role_of_column(value, mapping)
        if found is None:
            return None, None, value
        return found.role, found.name if found.role == "agent" else None, None

    written = column_text(given["role"])
    role, named, unknown = by_value(written, read, 3)
    for place in np.flatnonzero(np.asarray(role.is_null())).tolist():
        value = unknown[place].as_py()
        if place not in faults:
            tally.unknown[value or ""] += 1
        reasons.setdefault(place, "no role" if value is None else unknown_role(value))
    is_agent = pc.equal(role, "agent")
    names = pc.if_else(is_agent, column_text(given["agent_name"]), pa.scalar(None, pa.string()))
    agents = column_text(given["agent_id"])
    _note_damaged(agents, "agent id", reasons)
    return role, pc.coalesce(agents, names, named)


def _indices(values: pa.Array, reasons: dict[int, str]) -> pa.Array:
    """Return turn indices; one that is no whole number is a reason to reject."""

    def read(value: str) -> tuple[int | None]:
        plain = _WHOLE.fullmatch(value.strip())
        number = int(plain[1].replace(",", "")) if plain else -1
        return (number if 0 <= number < 2**31 else None,)

    written = column_text(values)
    index: pa.Array = by_value(written, read, 1, pa.int32())[0]
    wrong = np.flatnonzero(np.asarray(pc.and_(written.is_valid(), index.is_null())))
    _note(reasons, wrong, lambda place: f"the turn index {written[place].as_py()!r} is not a whole number")
    return index


def _times(
    fields: Mapping[str, Field], timing: Timing, reasons: dict[int, str], count: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, Clocks]:
    """Return start, end, sent_at and the times of day; a time that cannot be read is a reason to reject."""
    empty = np.full(count, np.nan)
    found = dict.fromkeys(("start", "end", "sent_at"), (empty, np.full(count, times.NONE, np.int64), empty))
    for key in found:
        if key in fields:
            values, column = fields[key].values, fields[key].name
            apart = times.take_apart(values)
            found[key] = times.seconds_and_stamps(apart, timing.senses.get(key, times.Sense()))
            for place in apart.bad.tolist():
                value = str(native(values[place]))
                reasons.setdefault(place, f"the time {value!r} in {column!r} cannot be read ({times.ACCEPTED})")
    (start, began, clock), (end, _, end_clock), (sent, stamp, sent_clock) = found.values()
    clocks = Clocks(np.where(np.isnan(sent_clock), clock, sent_clock), end_clock)
    return np.where(np.isnan(start), sent, start), end, np.where(stamp == times.NONE, began, stamp), clocks


def _channel(value: str, mapping: ColumnMapping) -> tuple[str | None, str | None]:
    """Return the channel, and the value itself where no listed word is all of it (it may say more)."""
    found, whole = channel_of(value, mapping)
    return found, None if whole else value
