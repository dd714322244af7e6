"""Raw rows of any format become the turn table; what cannot be understood becomes a reject or an error."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from pyarrow import compute as pc

from ..reasons import Counted
from ..turntable import TURNS
from . import times
from .cell import plain_texts
from .dates import iso_of
from .encoding import fault
from .lexicon import ColumnMapping
from .metadata import metadata
from .persons import ByName, agents_of, roles_by_name, warn
from .raw import Field, Raw, Reject, reject_table
from .roles import calls, channel_of, role_by_call, role_of_column, unknown_role
from .timeofday import Clocks, Origins, moments_of, placed
from .timing import WINDOW, Timing, timing_of
from .values import by_value, column_text, native, strings, without_errors

ROWS = 50_000  # the most rows of one table that is handed on
_WHOLE = re.compile(r"(\d{1,10}|\d{1,3}(?:,\d{3}){1,3})(?:\.0+)?")  # a whole number, perhaps as 1.00 or 1,000
_DAMAGED = re.compile(r"\d(\.\d+)?[Ee]\+\d{2,}")


class _Found(NamedTuple):
    """The times of the rows of a batch: start and end in seconds, sending in microseconds, and times of day."""

    start: np.ndarray
    end: np.ndarray
    stamp: np.ndarray
    clocks: Clocks


@dataclass
class _Tally:
    """What goes on from batch to batch: counts for the errors that concern the file, and where conversations began."""

    rows: int = 0
    usable: int = 0
    unknown: Counter[str] = field(default_factory=Counter)
    reasons: Counted = field(default_factory=Counted)
    origins: Origins = field(default_factory=Origins)
    agents: frozenset[str] | None = None  # what they are called, where speakers are known by name
    by_name: Counter[tuple[str, str]] = field(default_factory=Counter)


def understand(
    raws: Iterator[Raw],
    name: str,
    mapping: ColumnMapping,
    tell: Callable[[ByName], None] = warn,
    origins: Origins | None = None,
) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Yield turns and rejects, at most 50,000 rows at a time; ``tell`` is told of speakers known by name alone.

    ``origins`` says from where the files before counted.

    Raises:
        InputError: I103 no row at all; I107 most roles are unknown; I108 no usable turn.
    """
    window: list[Raw] = []
    for raw in raws:
        window.append(raw)
        if sum(map(len, window)) >= WINDOW:
            break
    timing = timing_of(window)
    tally = _Tally(agents=agents_of(window, mapping), origins=Origins() if origins is None else origins)
    for raw in chain(window, raws):
        turns, rejects = _batch(raw, timing, name, mapping, tally)
        for start in range(0, max(len(turns), 1), ROWS):
            part = rejects if start == 0 else rejects.slice(0, 0)
            if len(turns) or len(part):
                yield turns.slice(start, ROWS), part
    _verdict(tally, name)
    if tally.by_name:
        tell(ByName(name, tally.by_name))


def _verdict(tally: _Tally, name: str) -> None:
    """Raise an error where the file as a whole was not understood."""
    unknown = sum(tally.unknown.values())
    if unknown * 2 > tally.rows:
        shown = ", ".join(f"{value!r} ({count} rows)" for value, count in tally.unknown.most_common(5))
        more = ", …" if len(tally.unknown) > 5 else ""
        most = unknown_role(tally.unknown.most_common(1)[0][0])
        many = "; * stands for any characters ('*先生': customer), and alone for anybody else" if more else ""
        message = f"most roles are unknown: {shown}{more}; give a role mapping; {most}{many}"
        raise fault(name, "I107", message)
    if not tally.rows and not tally.reasons.counts:
        raise fault(name, "I103", "the file has no rows below its header")
    if not tally.usable:
        shown = "; ".join(f"{reason} ({count} rows)" for reason, count in tally.reasons.most_common(3))
        raise fault(name, "I108", f"no turn of the file can be used: {shown}")


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
    role, agent = _speakers(raw, given, mapping, reasons, tally)
    text = plain_texts(strings(given["text"]).fill_null(""))
    index = _indices(given["turn_index"], reasons)
    found = _times(fields, timing, reasons, count)
    blank = np.asarray(pc.equal(pc.utf8_trim_whitespace(text), ""))
    text = pc.if_else(pa.array(blank), "", text) if blank.any() else text
    channel, meta = _channel_and_meta(given, {**raw.extras, **_begun(raw, demoted, fields), **demoted}, mapping)
    columns = [ids, index, role, agent, text, *_moments(found, ids, meta, demoted, tally.origins), channel, meta]
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


def _channel_and_meta(
    given: Mapping[str, pa.Array], extras: Mapping[str, pa.Array], mapping: ColumnMapping
) -> tuple[pa.Array, pa.Array]:
    """Return channels and metadata; a channel's value that may say more stands in the metadata, too."""
    count = len(given["channel"])
    said = pa.repeat(pa.scalar(mapping.channel), count) if mapping.channel else given["channel"]
    channel, unclear = by_value(said, lambda value: _channel(value, mapping), 2)
    more = {"channel_raw": unclear} if unclear.null_count < count else {}
    return channel, metadata(given["meta"], {**extras, **more})


def _begun(raw: Raw, demoted: Mapping[str, pa.Array], fields: Mapping[str, Field]) -> dict[str, pa.Array]:
    """Return as ``started_at`` the time that never changes within a conversation, where its turns have no other.

    Rows that say otherwise when their conversation began keep what they say.
    """
    if not demoted or "sent_at" in fields:
        return {}
    began = by_value(strings(next(iter(demoted.values()))), lambda text: (iso_of(text),), 1)[0]
    own = raw.extras.get("started_at")
    return {"started_at": began if own is None else pc.coalesce(column_text(own), began)}


def _moments(found: _Found, ids: pa.Array, meta: pa.Array, demoted: Iterable[str], origins: Origins) -> list[pa.Array]:
    """Return start, end and sent_at as columns, times of day put on the day of their conversation."""
    start, end, stamp, clocks = found
    if not np.isnan(clocks.own).all():
        moments = moments_of(meta, ["started_at", *demoted])
        midnight = (stamp != times.NONE) & (stamp % times.DAY == 0)  # a date that stands beside a time of day
        start_at, end_at, placed_at = placed(clocks, ids, np.where(midnight, stamp, moments), origins)
        start, end = np.where(np.isnan(start), start_at, start), np.where(np.isnan(end), end_at, end)
        stamp = np.where(((stamp == times.NONE) | midnight) & (placed_at != times.NONE), placed_at, stamp)
    stamps = pa.array(stamp, pa.int64(), mask=stamp == times.NONE).cast(pa.timestamp("us"))
    return [*(pa.array(one, mask=np.isnan(one)) for one in (start, end)), stamps]


def _rejects(raw: Raw, ids: pa.Array, index: pa.Array, reasons: Mapping[int, str]) -> list[Reject]:
    """List the rejected rows in the order of the file."""
    found = list(raw.rejects)
    for place, reason in reasons.items():
        owner, number = ids[place].as_py(), index[place].as_py()
        found.append(Reject(int(raw.lines[place]), int(raw.positions[place]), owner, number, reason))
    return sorted(found, key=lambda reject: (reject.line, reject.position))


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
    raw: Raw, given: Mapping[str, pa.Array], mapping: ColumnMapping, reasons: dict[int, str], tally: _Tally
) -> tuple[pa.Array, pa.Array]:
    """Return roles and agent ids; an unknown role is a reason to reject."""

    def read(value: str, patterns: bool = False) -> tuple[str | None, str | None, str | None]:
        found = role_of_column(value, mapping, patterns)
        if found is None:
            return None, None, value
        return found.role, found.name if found.role == "agent" else None, None

    written = column_text(given["role"])
    role, named, unknown = by_value(written, read, 3)
    role, unknown = _by_call(written, raw, mapping, role, unknown)
    tally.by_name.update(raw.by_name)
    if unknown.null_count < len(raw):
        mapped, of_mapping, _ = by_value(unknown, lambda value: read(value, True), 3)
        by_name = _by_name(raw, unknown, mapped, mapping, tally)
        role, named = pc.coalesce(role, by_name, mapped), pc.coalesce(named, of_mapping)
    for place in np.flatnonzero(np.asarray(role.is_null())).tolist():
        value = unknown[place].as_py()
        if place not in raw.faults:
            tally.unknown[value or ""] += 1
        reasons.setdefault(place, "no role" if value is None else unknown_role(value))
    is_agent = pc.equal(role, "agent")
    names = pc.if_else(is_agent, column_text(given["agent_name"]), pa.scalar(None, pa.string()))
    agents = column_text(given["agent_id"])
    _note_damaged(agents, "agent id", reasons)
    return role, pc.coalesce(agents, names, named)


def _by_name(raw: Raw, unknown: pa.Array, mapped: pa.Array, mapping: ColumnMapping, tally: _Tally) -> pa.Array:
    """Return the roles of those whom only their names tell; ``mapped`` is what patterns of the mapping say of them.

    The row's agent is the agent, whatever a pattern says; of anybody else it says more than who else speaks there.
    """
    if tally.agents is None:
        return pa.nulls(len(raw), pa.string())
    pairs = zip(roles_by_name(raw, unknown, tally.agents, mapping), mapped.to_pylist(), strict=True)
    roles = [side if fits is None or (side == "agent" != fits) else None for side, fits in pairs]
    tally.by_name.update((who, side) for who, side in zip(unknown.to_pylist(), roles, strict=True) if side)
    return pa.array(roles, pa.string())


def _by_call(
    written: pa.Array, raw: Raw, mapping: ColumnMapping, role: pa.Array, unknown: pa.Array
) -> tuple[pa.Array, pa.Array]:
    """Return roles and unknown speakers where 主叫 and 被叫 are who they are by the direction of the row's call."""
    written = column_text(raw.fields["speaker"].values) if "speaker" in raw.fields else written
    if "direction" not in raw.extras or not any(map(calls, written.drop_null().unique().to_pylist())):
        return role, unknown
    pairs = zip(written.to_pylist(), column_text(raw.extras["direction"]).to_pylist(), strict=True)
    found = pa.array([value and role_by_call(value, way, mapping) for value, way in pairs], pa.string())
    return pc.coalesce(found, role), pc.if_else(found.is_valid(), pa.scalar(None, pa.string()), unknown)


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


def _times(fields: Mapping[str, Field], timing: Timing, reasons: dict[int, str], count: int) -> _Found:
    """Return start, end, sent_at and the times of day; a time that cannot be read is a reason to reject."""
    empty = np.full(count, np.nan)
    found = dict.fromkeys(("start", "end", "sent_at"), (empty, np.full(count, times.NONE, np.int64), empty))
    for key in found:
        if key in fields:
            values, column = fields[key].values, fields[key].name
            sense = timing.senses.get(key, times.Sense())
            apart = times.take_apart(values, sense.zone)
            found[key] = times.seconds_and_stamps(apart, sense)
            for place in apart.bad.tolist():
                value = str(native(values[place]))
                reasons.setdefault(place, f"the time {value!r} in {column!r} cannot be read ({times.ACCEPTED})")
    (start, began, clock), (end, _, end_clock), (sent, stamp, sent_clock) = found.values()
    clocks = Clocks(np.where(np.isnan(sent_clock), clock, sent_clock), end_clock)
    return _Found(np.where(np.isnan(start), sent, start), end, np.where(stamp == times.NONE, began, stamp), clocks)


def _channel(value: str, mapping: ColumnMapping) -> tuple[str | None, str | None]:
    """Return the channel, and the value itself where no listed word is all of it (it may say more)."""
    found, whole = channel_of(value, mapping)
    return found, None if whole else value
