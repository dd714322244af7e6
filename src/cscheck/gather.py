"""Gathering: rows of the turn table to conversations, in order, each turn once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zlib import crc32

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .batch import Batch
from .model import ROLES
from .normalize import SEPARATOR
from .overlap import MICROSECONDS, copies, floats, sent_seconds
from .turntable import REJECTS

BATCH_TURNS = 16_384


def gather(rows: pa.Table, turns: int = BATCH_TURNS) -> tuple[Iterator[Batch], int, pa.Table]:
    """Group the rows of a turn table into conversations, in batches of about ``turns`` turns.

    A conversation's turns stand in order of ``turn_index``; where that is not given, of time; else of file and
    line. Of two rows with one turn_index the later (by file and line) is rejected, and so is a row without
    turn_index among rows that have one. A turn without turn_index that was read before is rejected too (see
    ``copies``). Conversations come sorted by id.

    Returns:
        the batches, the number of conversations, and the rejected rows (schema ``REJECTS``).
    """
    rows = rows.combine_chunks()
    ids = rows["conversation_id"].combine_chunks().dictionary_encode()
    rank = np.argsort(np.argsort(np.array(ids.dictionary.to_pylist(), dtype=object))) if len(rows) else np.empty(0, int)
    groups = rank[ids.indices.to_numpy()] if len(rows) else np.empty(0, np.int64)
    rows = _from_zero(rows, groups)
    order, indexed = _order(rows, groups)
    keep, reasons = _once(rows, groups, order, indexed)
    again = copies(rows, groups, order[~indexed[order]])
    keep &= ~np.isin(order, list(again))
    reasons |= again
    rejects = _rejects(rows, reasons)
    sorted_rows = order[keep]
    kept = rows if np.array_equal(sorted_rows, np.arange(len(rows))) else rows.take(pa.array(sorted_rows))
    sorted_groups = groups[sorted_rows]
    return _batches(kept, sorted_groups, turns), len(np.unique(sorted_groups)), rejects


def _from_zero(rows: pa.Table, groups: NDArray[Any]) -> pa.Table:
    """Return rows of which none is before 0, where a file had what came before the one that was read first."""
    if (pc.min(rows["start"]).as_py() or 0.0) >= 0:
        return rows
    least = np.zeros(int(groups.max()) + 1)
    np.fmin.at(least, groups, floats(rows["start"]))
    for name in ("start", "end"):
        seconds = np.round(floats(rows[name]) - least[groups], 6)
        column = pa.array(seconds, mask=np.isnan(seconds))
        rows = rows.set_column(rows.schema.get_field_index(name), rows.schema.field(name), column)
    return rows


def _order(rows: pa.Table, groups: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the sorted row numbers and, for each row, whether its conversation goes by turn_index."""
    count = int(groups.max()) + 1 if len(groups) else 0
    index, start, sent = floats(rows["turn_index"]), floats(rows["start"]), sent_seconds(rows)
    files = rows["file"].combine_chunks().dictionary_encode()
    names = np.array(files.dictionary.to_pylist(), dtype=object)
    file_rank = np.argsort(np.argsort(names))[files.indices.to_numpy()] if len(rows) else np.empty(0, int)

    def whole(values: NDArray[np.float64]) -> NDArray[np.bool_]:
        lacking = np.zeros(count, bool)
        lacking[groups[np.isnan(values)]] = True
        present: NDArray[np.bool_] = ~lacking[groups]
        return present

    some = np.zeros(count, bool)
    some[groups[~np.isnan(index)]] = True
    indexed = some[groups]
    by_index = np.where(np.isnan(index), np.inf, index)
    time = np.where(whole(start), start, np.where(whole(sent), sent, 0.0))
    key = np.where(indexed, by_index, np.nan_to_num(time))
    line, position = rows["line"].to_numpy(), rows["position"].to_numpy()
    return np.lexsort((position, line, file_rank, key, groups)), indexed


def _once(
    rows: pa.Table, groups: NDArray[Any], order: NDArray[Any], indexed: NDArray[Any]
) -> tuple[NDArray[Any], dict[int, str]]:
    """Return which of the sorted rows are kept, and why the others are not (row number -> reason)."""
    index = floats(rows["turn_index"])[order]
    group, by_index = groups[order], indexed[order]
    keep = np.ones(len(order), bool)
    keep[by_index & np.isnan(index)] = False
    twin = np.zeros(len(order), bool)
    twin[1:] = by_index[1:] & (group[1:] == group[:-1]) & (index[1:] == index[:-1])
    keep &= ~twin
    reasons = {}
    for at in np.flatnonzero(~keep):
        reasons[int(order[at])] = (
            f"a second turn {int(index[at])} of this conversation: the earlier row counts"
            if twin[at]
            else "no turn_index, though other turns of this conversation (perhaps in another file) have one"
        )
    return keep, reasons


def _rejects(rows: pa.Table, reasons: dict[int, str]) -> pa.Table:
    taken = rows.take(pa.array(list(reasons), pa.int64()))
    columns = {name: taken[name] for name in ("file", "line", "conversation_id", "turn_index")}
    return pa.table({**columns, "reason": pa.array(list(reasons.values()), pa.string())}, schema=REJECTS)


def _batches(rows: pa.Table, groups: NDArray[Any], turns: int) -> Iterator[Batch]:
    """Yield the conversations of sorted rows in batches of about ``turns`` turns; a conversation is never cut."""
    firsts = np.flatnonzero(np.diff(groups, prepend=-1))
    # each batch begins with the first conversation that begins at or behind a multiple of ``turns``
    cuts = np.unique(np.searchsorted(firsts, np.arange(0, len(rows), turns)))
    limits = np.append(firsts, len(rows))
    for low, high in pairwise([*cuts[cuts < len(firsts)].tolist(), len(firsts)]):
        begin, end = int(limits[low]), int(limits[high])
        yield _batch(rows.slice(begin, end - begin).combine_chunks(), limits[low : high + 1] - begin)


def _batch(rows: pa.Table, limits: NDArray[np.int64]) -> Batch:
    firsts, count = limits[:-1], len(rows)
    column = {name: _encoded(rows[name]) for name in ("role", "agent_id", "channel", "meta", "file")}
    owner = np.repeat(np.arange(len(firsts)), np.diff(limits))
    sent = None if rows["sent_at"].null_count == count else floats(rows["sent_at"].cast(pa.int64()))
    text, starts = _joined(rows["text"].combine_chunks())
    role = np.array([ROLES.index(name) for name in column["role"][1]], np.uint8)
    return Batch(
        rows["conversation_id"].take(pa.array(firsts)).to_pylist(),
        _first_of_each(*column["channel"], firsts),
        _metas(*column["meta"], limits),
        limits.tolist(),
        text,
        starts,
        role[column["role"][0]],
        column["agent_id"][0],
        column["agent_id"][1],
        _counted(rows["turn_index"], firsts, owner),
        _begun(rows["start"], sent, firsts, owner),
        None if rows["end"].null_count == count else floats(rows["end"]),
        None if sent is None else rows["sent_at"].to_pylist(),
        *column["file"],
        rows["line"].to_numpy(),
    )


def _joined(texts: pa.StringArray) -> tuple[str, NDArray[np.int64]]:
    """Return the texts joined by separators, and where each of them begins."""
    starts = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(pc.utf8_length(texts).to_numpy() + 1, out=starts[1:])
    closed = pc.binary_join_element_wise(texts, "", SEPARATOR)
    _, offsets, data = closed.buffers()
    low, high = np.frombuffer(offsets, np.int32)[[closed.offset, closed.offset + len(closed)]]
    return str(memoryview(data)[low : high - 1], "utf-8"), starts


def _encoded(column: pa.ChunkedArray) -> tuple[NDArray[np.int32], list[Any]]:
    """Return a column as numbers (-1: none) and what each number stands for; an empty value is none."""
    coded = column.combine_chunks().dictionary_encode()
    names = coded.dictionary.to_pylist()
    numbers = np.asarray(coded.indices.fill_null(-1), np.int32)
    if "" in names:
        numbers = np.where(numbers == names.index(""), np.int32(-1), numbers)
    return numbers, names


def _counted(column: pa.ChunkedArray, firsts: NDArray[np.int64], owner: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the turns' numbers as given; in conversations that lack one, counted from 0."""
    counted = np.arange(len(owner)) - firsts[owner]
    if column.null_count == len(owner):
        return counted
    lacking = np.zeros(len(firsts), bool)
    lacking[owner[column.is_null().to_numpy()]] = True
    given: NDArray[np.int64] = np.where(lacking[owner], counted, column.fill_null(0).to_numpy())
    return given


def _begun(
    column: pa.ChunkedArray, sent: NDArray[np.float64] | None, firsts: NDArray[np.int64], owner: NDArray[np.int64]
) -> NDArray[np.float64] | None:
    """Return the seconds at which the turns begin; where they are not given, by the clock since the first turn."""
    if column.null_count == len(owner) and sent is None:
        return None
    begun = floats(column)
    if sent is None:
        return begun
    clock: NDArray[np.float64] = np.where(np.isnan(begun), (sent - sent[firsts][owner]) / MICROSECONDS, begun)
    return clock


def _first_of_each(numbers: NDArray[np.int32], names: list[Any], firsts: NDArray[np.int64]) -> list[Any]:
    """Return the first value of each conversation that has one."""
    if not names:
        return [None] * len(firsts)
    places = np.where(numbers >= 0, np.arange(len(numbers)), len(numbers))
    found = np.minimum.reduceat(places, firsts)
    known = np.append(numbers, -1)[found]
    return [names[number] if number >= 0 else None for number in known.tolist()]


def _metas(numbers: NDArray[np.int32], names: list[Any], limits: NDArray[np.int64]) -> list[dict[str, object]]:
    """Return the metadata of each conversation; where rows differ, the first that has a key counts."""
    high = np.maximum.reduceat(numbers, limits[:-1])
    low = np.minimum.reduceat(np.where(numbers < 0, high.max(initial=0) + 1, numbers), limits[:-1])
    found: list[dict[str, object]] = []
    for index, (least, most) in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
        if most < 0:
            found.append({})
        elif least == most:
            found.append(metadata_of(names[most]))
        else:
            joined: dict[str, object] = {}
            for number in dict.fromkeys(numbers[limits[index] : limits[index + 1]].tolist()):
                joined = {**(metadata_of(names[number]) if number >= 0 else {}), **joined}
            found.append(joined)
    return found


@lru_cache(maxsize=4096)
def metadata_of(value: str) -> dict[str, object]:
    """Return the metadata of a row of the turn table, which stand there as JSON; empty where it is no object."""
    try:
        found = orjson.loads(value)
    except orjson.JSONDecodeError:  # a number beyond what orjson holds
        found = json.loads(value)
    return found if isinstance(found, dict) else {}


def partition(rows: pa.Table, count: int) -> list[pa.Table]:
    """Split rows into ``count`` tables by their conversation, the same way in every run."""
    if count == 1:
        return [rows]
    ids = rows["conversation_id"].combine_chunks().dictionary_encode()
    numbers = np.array([crc32(name.encode()) % count for name in ids.dictionary.to_pylist()], np.int64)
    target = numbers[ids.indices.to_numpy()] if len(rows) else np.empty(0, np.int64)
    order = np.argsort(target, kind="stable")
    limits = np.searchsorted(target[order], np.arange(count + 1))
    sorted_rows = rows.take(pa.array(order))
    return [sorted_rows.slice(limits[i], limits[i + 1] - limits[i]) for i in range(count)]
