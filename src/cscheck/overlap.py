"""Exports that overlap: the turns without ``turn_index`` that were read before are copies, each with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

MICROSECONDS = 1e6
_WHOLE = 3  # turns on one line: such a line is a conversation, and not a question with its answer
_ENOUGH = 2  # turns that two files have in common where nothing but words tells


class _Row(NamedTuple):
    """One turn: its conversation, where it stands, what tells it from others, and its row number."""

    group: int
    file: str
    line: int
    position: int
    role: str
    text: str
    sent: int | None
    start: float | None
    place: int

    @property
    def moment(self) -> tuple[Any, ...]:
        """What two exports of one turn have in common."""
        return self.role, self.text, self.sent, None if self.sent is not None else self.start

    @property
    def words(self) -> tuple[str, str]:
        """What they have in common where not every turn has a time."""
        return self.role, self.text


def copies(rows: pa.Table, groups: NDArray[Any], places: NDArray[Any]) -> dict[int, str]:
    """Return the rows (of ``places``) that were read before, with the reason (row number -> reason).

    * A line that holds a whole conversation (three turns or more) and says the same as an earlier one of its file.
    * A turn that an earlier file holds with the same role, text and time. Within one file no turn is a copy: a customer
      may say 好 twice in one second. So the n-th such turn of a file is a copy of the n-th one of the files before.
    * In a conversation without (all) times: what several files have in common at the end of the one and the beginning
      of the other, or the whole of one; two turns at least, unless they are all.

    Args:
        rows: rows of the turn table.
        groups: the conversation of each row, as a number.
        places: the rows to look at.
    """
    if not len(places):
        return {}
    found = _lines(rows, groups, places)
    files = rows["file"].combine_chunks().dictionary_encode()
    if len(files.dictionary) < 2:
        return found
    shared = _spread(groups, places, files.indices.to_numpy())
    shared = shared[~np.isin(shared, list(found))]
    found |= _timed(rows, groups, shared)
    lacking = groups[shared[np.isnan(_time(rows, shared))]]
    return _untimed(_taken(rows, groups, shared[np.isin(groups[shared], lacking)]), found)


def floats(column: pa.ChunkedArray) -> NDArray[Any]:
    """Return a column as floats, null as NaN."""
    return np.asarray(column.cast(pa.float64(), safe=False).to_numpy()) if len(column) else np.empty(0)


def sent_seconds(rows: pa.Table) -> NDArray[Any]:
    """Return the seconds since 1970 at which turns were sent."""
    return floats(rows["sent_at"].cast(pa.int64())) / MICROSECONDS


def _time(rows: pa.Table, places: NDArray[Any]) -> NDArray[Any]:
    """Return by which time rows are ordered, NaN where they have none."""
    start, sent = floats(rows["start"])[places], sent_seconds(rows)[places]
    time: NDArray[Any] = np.where(np.isnan(sent), start, sent)
    return time


def _spread(groups: NDArray[Any], places: NDArray[Any], values: NDArray[Any]) -> NDArray[Any]:
    """Return the rows (of ``places``) whose conversation has rows of several values."""
    count = int(groups.max()) + 1
    low, high = np.full(count, np.iinfo(np.int64).max), np.full(count, -1)
    np.minimum.at(low, groups[places], values[places])
    np.maximum.at(high, groups[places], values[places])
    found: NDArray[Any] = places[(low < high)[groups[places]]]
    return found


def _taken(rows: pa.Table, groups: NDArray[Any], places: NDArray[Any]) -> list[_Row]:
    """Return rows in order of conversation, file, line and place in the line."""
    names = ("file", "line", "position", "role", "text", "sent_at", "start")
    taken = rows.select(names).set_column(5, "sent_at", rows["sent_at"].cast(pa.int64())).take(pa.array(places))
    columns = (taken[name].to_pylist() for name in names)
    return sorted(map(_Row, groups[places].tolist(), *columns, places.tolist()), key=lambda row: row[:4])


def _same(row: _Row) -> str:
    """Return the reason by which a row is rejected that says the same as an earlier one."""
    return f"the same turn as in {row.file}:{row.line}"


def _lines(rows: pa.Table, groups: NDArray[Any], places: NDArray[Any]) -> dict[int, str]:
    """Return the turns of lines that repeat a whole conversation of an earlier line."""
    if rows["position"].to_numpy()[places].max() < _WHOLE - 1:
        return {}
    found: dict[int, str] = {}
    known: dict[tuple[Any, ...], _Row] = {}
    again = _taken(rows, groups, _spread(groups, places, rows["line"].to_numpy()))
    for (group, file, _), line in groupby(again, lambda row: row[:3]):
        turns = list(line)
        if len(turns) >= _WHOLE:
            first = known.setdefault((group, file, *(row.moment for row in turns)), turns[0])
            found |= {row.place: _same(first) for row in turns if first is not turns[0]}
    return found


def _timed(rows: pa.Table, groups: NDArray[Any], places: NDArray[Any]) -> dict[int, str]:
    """Return the turns that an earlier file holds at the same time."""
    time = _time(rows, places)
    order = np.lexsort((time, groups[places]))
    same = (np.diff(time[order]) == 0) & (np.diff(groups[places][order]) == 0)
    near = places[order[np.append(same, False) | np.append(False, same)]] if len(order) else places
    kept: dict[tuple[Any, ...], list[_Row]] = {}
    met: Counter[tuple[Any, ...]] = Counter()
    found = {}
    for row in _taken(rows, groups, near):
        turn = (row.group, *row.moment)
        earlier = kept.setdefault(turn, [])
        number = met[row.file, *turn]
        met[row.file, *turn] += 1
        if number < len(earlier):
            found[row.place] = _same(earlier[number])
        else:
            earlier.append(row)
    return found


def _untimed(rows: Sequence[_Row], known: Mapping[int, str]) -> dict[int, str]:
    """Return, beside those that are ``known``, the turns of conversations without times that an earlier file has."""
    found = dict(known)
    for _, conversation in groupby(rows, lambda row: row.group):
        kept: list[_Row] = []
        for _, file in groupby(conversation, lambda row: row.file):
            turns = list(file)
            for earlier, at in _common([row.words for row in kept], [row.words for row in turns]):
                found.setdefault(turns[at].place, _same(kept[earlier]))
            kept += [row for row in turns if row.place not in found]
    return found


def _common(earlier: Sequence[object], later: Sequence[object]) -> Iterator[tuple[int, int]]:
    """Yield the places of what two lists have in common: all of one, else the longest end that begins the other."""
    enough = min(_ENOUGH, max(len(earlier), len(later)))
    for length in range(min(len(earlier), len(later)), enough - 1, -1):
        ends = [(len(earlier) - length, 0), (0, len(later) - length)]
        if length == len(later):
            ends += [(at, 0) for at in range(len(earlier) - length)]
        if length == len(earlier):
            ends += [(0, at) for at in range(len(later) - length)]
        for first, second in ends:
            if earlier[first : first + length] == later[second : second + length]:
                yield from zip(range(first, first + length), range(second, second + length), strict=True)
                return
