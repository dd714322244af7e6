"""Turns without ``turn_index`` that were read before, in this file or another: copies, each with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

MICROSECONDS = 1e6
_WHOLE = 3  # turns of a conversation; a line of fewer is a question with its answer
_ENOUGH = 2  # turns that follow one another


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

    * Within a file: two turns or more (three, if they all have one time) that follow one another and stood there before
      with the same role, text and time. One alone is no copy: a customer may say 好 twice in one second.
    * A turn that an earlier file holds with the same role, text and time; the n-th such turn of a file is a copy of the
      n-th one of the files before. And a whole conversation (three turns or more) that it holds with other times.
    * In a conversation without (all) times: what several files have in common at the end of the one and the beginning
      of the other, or the whole of one; two turns at least, unless they are all. A line that holds three turns or more
      counts as a file of its own. And three turns or more of one file that stand there twice, with nothing else.

    Args:
        rows: rows of the turn table.
        groups: the conversation of each row, as a number.
        places: the rows to look at, sorted by conversation, and by time where every row has one.
    """
    if not len(places):
        return {}
    time = _time(rows, places)
    lacking = np.zeros(int(groups.max()) + 1, bool)
    lacking[groups[places[np.isnan(time)]]] = True
    known = ~lacking[groups[places]]
    found = _again(rows, groups, places[known], time[known])
    files = rows["file"].combine_chunks().dictionary_encode()
    several = len(files.dictionary) > 1
    codes = files.indices.to_numpy().astype(np.int64)
    if several:
        shared = _spread(groups, places, codes)
        shared = shared[~np.isin(shared, list(found))]
        found |= _timed(rows, groups, shared)
        found |= _retold(rows, groups, shared[~np.isin(shared, list(found)) & ~lacking[groups[shared]]], codes)
    untimed = places[~known]
    if not len(untimed):
        return found
    likely = _doubled(rows, groups, untimed)
    units = _units(rows, codes)
    if several or units is not codes:
        likely = np.union1d(likely, _spread(groups, untimed, units))
    return _untimed(_taken(rows, groups, likely), found)


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


def _again(rows: pa.Table, groups: NDArray[Any], places: NDArray[Any], time: NDArray[Any]) -> dict[int, str]:
    """Return the turns of runs that stand in their file for the second time."""
    same = (np.diff(time) == 0) & (np.diff(groups[places]) == 0)
    near = np.append(same, False) | np.append(False, same)
    if not same.any():
        return {}
    texts = rows["text"].take(pa.array(places[near])).combine_chunks().dictionary_encode()
    moments = np.cumsum(np.append(True, ~same))[near]
    _, turn, counts = np.unique(
        moments * len(texts.dictionary) + texts.indices.to_numpy(), return_inverse=True, return_counts=True
    )
    twice = np.bincount(groups[places[near]][counts[turn] > 1], minlength=int(groups.max()) + 1)
    likely = places[twice[groups[places]] >= 2 * _ENOUGH]
    files = groupby(_taken(rows, groups, likely), lambda row: row[:2])
    return {place: reason for _, file in files for place, reason in _runs(list(file)).items()}


def _runs(turns: Sequence[_Row]) -> dict[int, str]:
    """Return the turns of one file that belong to a run of two different ones or more that stood there before."""
    moments = [row.moment for row in turns]
    found: dict[int, str] = {}
    known: dict[tuple[Any, ...], int] = {}
    for at, pair in enumerate(pairwise(moments)):
        first = known.setdefault(pair, at)
        if first + 1 >= at or pair[0] == pair[1] or turns[at + 1].place in found:
            continue
        low = high = 0
        while low < first and at - low > first + 2 and moments[first - low - 1] == moments[at - low - 1]:
            low += 1
        room = min(len(turns) - at, at - low - first) - 1
        while high < room and moments[first + high + 1] == moments[at + high + 1]:
            high += 1
        if moments[at - low][2:] == moments[at + high][2:] and low + high + 1 < _WHOLE:
            continue  # 谢谢 and 不客气, twice in a minute
        for step in range(-low, high + 1):
            found.setdefault(turns[at + step].place, _same(turns[first + step]))
    return found


def _retold(rows: pa.Table, groups: NDArray[Any], places: NDArray[Any], files: NDArray[Any]) -> dict[int, str]:
    """Return the turns of files that say all that an earlier one says, and nothing else, at other times."""
    pairs, counts = np.unique(groups[places] * (files.max() + 1) + files[places], return_counts=True)
    sizes = pairs // (files.max() + 1) * (counts.max(initial=0) + 1) + counts  # of two files of one conversation
    _, alike, number = np.unique(sizes, return_inverse=True, return_counts=True)
    whole = pairs[(number[alike] > 1) & (counts >= _WHOLE)]
    likely = places[np.isin(groups[places] * (files.max() + 1) + files[places], whole)]
    found: dict[int, str] = {}
    known: dict[tuple[Any, ...], list[_Row]] = {}
    for (group, _), file in groupby(_taken(rows, groups, likely), lambda row: row[:2]):
        turns = list(file)
        first = known.setdefault((group, *(row.words for row in turns)), turns)
        if first is not turns:
            found |= {row.place: _same(one) for one, row in zip(first, turns, strict=True)}
    return found


def _doubled(rows: pa.Table, groups: NDArray[Any], places: NDArray[Any]) -> NDArray[Any]:
    """Return the rows of conversations all of whose turns may stand there twice, by how long they are."""
    role, text = (pc.binary_length(rows[name]).to_numpy()[places].astype(np.uint64) for name in ("role", "text"))
    turns = (text * np.uint64(16) + role) * np.uint64(0x9E3779B97F4A7C15)
    count = np.bincount(groups[places], minlength=int(groups.max()) + 1)
    left = np.zeros(len(count), np.uint64)
    np.bitwise_xor.at(left, groups[places], turns)
    found: NDArray[Any] = places[((left == 0) & (count >= 2 * _WHOLE))[groups[places]]]
    return found


def _units(rows: pa.Table, files: NDArray[Any]) -> NDArray[Any]:
    """Return what counts as a file of its own: a line of three turns or more, else the file (``files``)."""
    position, line = rows["position"].to_numpy(), rows["line"].to_numpy()
    if position.max() < _WHOLE - 1:
        return files
    lines = line * (files.max() + 1) + files
    whole = np.isin(lines, lines[position == _WHOLE - 1])
    return np.where(whole, lines, files)


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
    """Return, beside those that are ``known``, the turns of conversations without times that were read before."""
    found = dict(known)
    length = Counter(row[:3] for row in rows)
    for _, conversation in groupby(rows, lambda row: row.group):
        kept: list[_Row] = []
        for _, unit in groupby(conversation, lambda row: (row.file, row.line if length[row[:3]] >= _WHOLE else 0)):
            turns = list(unit)
            half = len(turns) // 2
            if half >= _WHOLE and [row.words for row in turns[:half]] == [row.words for row in turns[half:]]:
                found |= {row.place: _same(one) for one, row in zip(turns, turns[half:], strict=False)}
                turns = turns[:half]
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
