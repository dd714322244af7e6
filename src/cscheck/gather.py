"""Gathering: rows of the turn table to conversations, in order, each turn once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache, partial
from itertools import pairwise
from typing import Any
from zlib import crc32

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from .model import Conversation, Turn
from .turntable import REJECTS

MICROSECONDS = 1e6
_TURN = partial(tuple.__new__, Turn)  # Turn._make without a Python frame for each of millions of turns


def gather(rows: pa.Table) -> tuple[Iterator[Conversation], int, pa.Table]:
    """Group the rows of a turn table into conversations.

    A conversation's turns stand in order of ``turn_index``; where that is not given, of time; else of file and
    line. Of two rows with one turn_index the later (by file and line) is rejected, and so is a row without
    turn_index among rows that have one. Where exports of several files overlap, a turn without turn_index that stands
    in an earlier file with the same role, text and time is rejected too. Conversations come sorted by id.

    Returns:
        the conversations, their number, and the rejected rows (schema ``REJECTS``).
    """
    rows = rows.combine_chunks()
    ids = rows["conversation_id"].combine_chunks().dictionary_encode()
    rank = np.argsort(np.argsort(np.array(ids.dictionary.to_pylist(), dtype=object))) if len(rows) else np.empty(0, int)
    groups = rank[ids.indices.to_numpy()] if len(rows) else np.empty(0, np.int64)
    order, indexed = _order(rows, groups)
    keep, reasons = _once(rows, groups, order, indexed)
    copies = _copies(rows, groups, np.flatnonzero(~indexed))
    keep &= ~np.isin(order, list(copies))
    reasons |= copies
    rejects = _rejects(rows, reasons)
    kept = rows.take(pa.array(order[keep]))
    sorted_groups = groups[order[keep]]
    return _conversations(kept, sorted_groups), len(np.unique(sorted_groups)), rejects


def _floats(column: pa.ChunkedArray) -> NDArray[Any]:
    return np.asarray(column.cast(pa.float64(), safe=False).to_numpy()) if len(column) else np.empty(0)


def _sent(rows: pa.Table) -> NDArray[Any]:
    return _floats(rows["sent_at"].cast(pa.int64())) / MICROSECONDS


def _order(rows: pa.Table, groups: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the sorted row numbers and, for each row, whether its conversation goes by turn_index."""
    count = int(groups.max()) + 1 if len(groups) else 0
    index, start, sent = _floats(rows["turn_index"]), _floats(rows["start"]), _sent(rows)
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
    index = _floats(rows["turn_index"])[order]
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


def _copies(rows: pa.Table, groups: NDArray[Any], places: NDArray[Any]) -> dict[int, str]:
    """Return the rows (of ``places``) that an earlier file holds too, with the reason (row number -> reason).

    Role, text and time must be the same. Within one file nothing is a copy: a customer may say 好 twice in one second.
    So the n-th such turn of a file is a copy of the n-th one that is kept of the files before.
    """
    files = rows["file"].combine_chunks().dictionary_encode()
    if len(files.dictionary) < 2 or not len(places):
        return {}
    codes = files.indices.to_numpy()
    low, high = np.full(int(groups.max()) + 1, len(files.dictionary)), np.full(int(groups.max()) + 1, -1)
    np.minimum.at(low, groups[places], codes[places])
    np.maximum.at(high, groups[places], codes[places])
    places = _same_time(rows, groups, places[(low < high)[groups[places]]])
    names = ("file", "line", "position", "role", "text", "sent_at", "start")
    taken = rows.select(names).set_column(5, "sent_at", rows["sent_at"].cast(pa.int64())).take(pa.array(places))
    found = zip(*(taken[name].to_pylist() for name in names), groups[places].tolist(), places.tolist(), strict=True)
    kept: dict[tuple[Any, ...], list[tuple[str, int]]] = {}
    met: Counter[tuple[Any, ...]] = Counter()
    reasons = {}
    for file, line, _, role, text, sent, start, group, place in sorted(found, key=lambda row: row[:3]):
        turn = (group, role, text, sent, None if sent is not None else start)
        earlier = kept.setdefault(turn, [])
        number = met[file, turn]
        met[file, turn] += 1
        if number < len(earlier):
            reasons[place] = "the same turn as in {}:{}".format(*earlier[number])
        else:
            earlier.append((file, line))
    return reasons


def _same_time(rows: pa.Table, groups: NDArray[Any], places: NDArray[Any]) -> NDArray[Any]:
    """Return the rows (of ``places``) whose conversation has another row at the same time."""
    start, sent = _floats(rows["start"])[places], _sent(rows)[places]
    time = np.where(np.isnan(sent), start, sent)
    order = np.lexsort((time, groups[places]))
    same = (np.diff(time[order]) == 0) & (np.diff(groups[places][order]) == 0)
    found: NDArray[Any] = places[order[np.append(same, False) | np.append(False, same)]] if len(order) else places
    return found


def _rejects(rows: pa.Table, reasons: dict[int, str]) -> pa.Table:
    taken = rows.take(pa.array(list(reasons), pa.int64()))
    columns = {name: taken[name] for name in ("file", "line", "conversation_id", "turn_index")}
    return pa.table({**columns, "reason": pa.array(list(reasons.values()), pa.string())}, schema=REJECTS)


def _conversations(rows: pa.Table, groups: NDArray[Any]) -> Iterator[Conversation]:
    """Yield the conversations of sorted rows; columns become Python values a slice at a time."""
    if not len(rows):
        return
    limits = np.concatenate([[0], np.flatnonzero(np.diff(groups)) + 1, [len(groups)]])
    step = 2_000
    for low in range(0, len(limits) - 1, step):
        cuts = limits[low : low + step + 1].tolist()
        yield from _slice(rows.slice(cuts[0], cuts[-1] - cuts[0]), [cut - cuts[0] for cut in cuts])


def _slice(rows: pa.Table, cuts: list[int]) -> Iterator[Conversation]:
    # to_numpy makes strings several times faster than to_pylist
    column = {
        name: rows[name].to_numpy().tolist()
        for name in ("conversation_id", "role", "text", "agent_id", "channel", "meta")
    }
    numbers = [None] * len(rows) if rows["turn_index"].null_count == len(rows) else rows["turn_index"].to_pylist()
    start, end = _listed(rows["start"]), _listed(rows["end"])
    sent = _listed(rows["sent_at"])
    for low, high in pairwise(cuts):
        given = numbers[low:high]
        counted = range(high - low) if None in given else given
        begun = start[low:high]
        dated = sent[low:high]
        if dated[0] is not None and None in begun:
            begun = [
                (when - dated[0]).total_seconds() if was is None and when is not None else was
                for was, when in zip(begun, dated, strict=True)
            ]
        turns = map(
            _TURN,
            zip(column["role"][low:high], column["text"][low:high], counted, column["agent_id"][low:high],
                begun, end[low:high], dated, strict=True),
        )  # fmt: skip
        channel = next((value for value in column["channel"][low:high] if value), None)
        yield Conversation(column["conversation_id"][low], tuple(turns), channel, _meta(column["meta"][low:high]))


def _listed(column: pa.ChunkedArray) -> list[Any]:
    return [None] * len(column) if column.null_count == len(column) else column.to_pylist()


def _meta(values: list[str | None]) -> dict[str, object]:
    """Join the metadata of a conversation's rows; where two differ, the first counts."""
    distinct = [value for value in dict.fromkeys(values) if value]
    if len(distinct) <= 1:
        return _parsed(distinct[0]) if distinct else {}
    joined: dict[str, object] = {}
    for value in distinct:
        joined = {**_parsed(value), **joined}
    return joined


@lru_cache(maxsize=4096)
def _parsed(value: str) -> dict[str, object]:
    found = orjson.loads(value)
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
