"""Sound (谐音): mis-heard words are read as the words of the rules that sound alike.

Speech recognition writes 保正 for 保证 and 不归我馆 for 不归我管. A character is *odd* where ordinary text puts it next
to neither of its neighbours. A run of three characters that holds an odd one is read as a run of the rules' vocabulary
that sounds alike (toneless; n/l, zh/z, f/h, ing/in taken as one) and differs in one odd character. A run of two is
read as a common word of the vocabulary with the same toneless sound, where ordinary text knows no such pair and its
characters make no common word with their other neighbours. What ordinary text knows is never read otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..data import lexicons, rows
from ..normalize import FoldedBatch, Reading, codes_of
from .table import common_words, pairs

_BMP = 0x10000  # the table of sounds ends here; rarer characters have none
_CLASS_BITS = 9  # below 512 sounds
_HEARD_BITS, _TOGETHER_BITS = 20, 23  # sizes of hash tables
_CLASSES = re.compile(r"\[[^\]\0]*\]")  # [今明]: not a run of two
# Share of the findings in such readings that were right, on turns with 5 and 10 % of the characters replaced by
# homophones: 0.88 of 610 where the sounds are the same (0.88 also of findings without a reading), 0.8 of 10 where not.
SAME, NEARLY = 0.9, 0.8
FREQUENT = "不你您我有好是个这那就也都一"  # with a word of two, one of these says nothing of the other
PARTICLES = "的地得了着过吗嘛呢吧啊呀哦噢哈啦咯哟呗您你我他她它们在再做作"  # never mis-heard: both spellings are usual

Codes = NDArray[np.uint32]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


class Runs(NamedTuple):
    """The vocabulary's runs of one length: ``keys`` of their sounds, ascending, and their ``codes``, one row a run."""

    keys: Codes
    codes: Codes


@dataclass(frozen=True, eq=False)
class Sounds:
    """What is heard as what, compiled.

    By code point: ``classes`` numbers what a character sounds like, ``syllables`` its exact reading, 0 for none;
    ``doubtful`` marks what may be mis-heard. Hash tables: ``together`` of the pairs of characters that stand together
    in ordinary text or in the vocabulary, ``words`` of the common words of two and the pairs of the vocabulary,
    ``heard`` of the sounds of all runs.
    ``runs``: the runs of three, then those of two.
    """

    classes: NDArray[np.uint16]
    syllables: NDArray[np.uint16]
    doubtful: Bools
    together: Bools
    words: Bools
    heard: Bools
    runs: tuple[Runs, Runs]


def compile_sounds(texts: Iterable[str]) -> Sounds:
    """Compile the vocabulary: the Han runs of ``texts``, which are folded phrases or sources of patterns."""
    readings = rows(lexicons() / "sound" / "readings.tsv")
    syllables, classes = np.zeros(_BMP, np.uint16), np.zeros(_BMP, np.uint16)
    alike = _alike([row[0] for row in readings], rows(lexicons() / "sound" / "alike.tsv"))
    for number, (syllable, characters) in enumerate(readings, 1):
        here = codes_of(characters)
        syllables[here], classes[here] = number, alike[syllable]
    doubtful = classes > 0
    doubtful[codes_of(PARTICLES)] = False
    codes = codes_of(_CLASSES.sub("\0", "\0".join(texts)))
    threes, twos = (_distinct(codes, classes, size) for size in (3, 2))
    common = {word: rank for rank, word in enumerate(common_words())}
    meant = [common.get(chr(a) + chr(b), -1) for a, b in twos.tolist()]
    together = _pair_table(pairs())
    together[_pair(twos[:, 0], twos[:, 1])] = True
    chosen = [rank for rank in np.argsort(meant, kind="stable").tolist() if meant[rank] >= 0]
    words = np.zeros(1 << _TOGETHER_BITS, np.bool_)
    words[_pair(*codes_of("".join(common)).reshape(-1, 2).T)] = True
    words[_pair(twos[:, 0], twos[:, 1])] = True
    heard = np.zeros(1 << _HEARD_BITS, np.bool_)
    runs = (_runs(threes, classes, heard), _runs(twos[chosen], classes, heard))
    return Sounds(classes, syllables, doubtful, together, words, heard, runs)


def hear(batch: FoldedBatch, sounds: Sounds, judged: Bools) -> list[Reading]:
    """Return what was mis-heard in the turns that ``judged`` marks, in order, each with what it is read as."""
    codes = batch.codes
    if len(codes) < 2:
        return []
    classes = sounds.classes.take(codes, mode="clip")
    pairs_here = _pair(codes[:-1], codes[1:])
    ends = (codes[:-1] == 0) | (codes[1:] == 0)  # beside a turn's end stands nothing
    strange = ends | ~sounds.together.take(pairs_here, mode="clip")
    unbound = ends | ~sounds.words.take(pairs_here, mode="clip")
    odd = sounds.doubtful.take(codes, mode="clip")
    loose = odd.copy()
    for marks, (left, right) in ((odd, (strange, strange)), (loose, (unbound, unbound))):
        marks[1:] &= left
        marks[:-1] &= right
    options = [
        _options(sounds, codes, classes, strange, marks, _judged(batch, marks, judged), runs)
        for marks, runs in zip((odd, loose), sounds.runs, strict=True)
    ]
    return _readings(batch, _chosen(sorted(one for some in options for one in some)))


def _judged(batch: FoldedBatch, marks: Bools, judged: Bools) -> Ints:
    """Return the places marked that lie in turns judged."""
    places = np.flatnonzero(marks)
    return places[judged.take(np.searchsorted(batch.starts, places, side="right") - 1)]


class _Option(NamedTuple):
    """A way to read the run at ``place``; the first in order is preferred."""

    shortness: int
    near: bool
    rank: int
    place: int
    written: tuple[int, ...]
    read: tuple[int, ...]


def _options(
    sounds: Sounds, codes: Codes, classes: NDArray[np.uint16], strange: Bools, odd: Bools, places: Ints, runs: Runs
) -> list[_Option]:
    size = runs.codes.shape[1]
    near_odd = np.zeros(len(codes), np.bool_)
    for offset in range(size):
        near_odd[places[places >= offset] - offset] = True
    firsts = np.flatnonzero(near_odd[: len(codes) - size + 1])
    keys = _key([classes.take(firsts + offset) for offset in range(size)])
    heard = sounds.heard.take(_spread(keys, _HEARD_BITS), mode="clip")
    firsts, keys = firsts[heard], keys[heard]
    low, high = np.searchsorted(runs.keys, keys), np.searchsorted(runs.keys, keys, side="right")
    counts = high - low
    which = np.repeat(high - np.cumsum(counts), counts) + np.arange(counts.sum())
    firsts = np.repeat(firsts, counts)
    windows = firsts[:, None] + np.arange(size)
    written, read = codes[windows], runs.codes[which]
    changed = written != read
    fits = (changed.sum(axis=1) == 1) & (odd[windows] | ~changed).all(axis=1)
    near = (sounds.syllables.take(written, mode="clip") != sounds.syllables[read]).any(axis=1)
    for offset in range(size - 1):
        fits &= strange[firsts + offset] | ~(changed[:, offset] | changed[:, offset + 1])
    if size == 2:
        stays = np.where(changed[:, 0], written[:, 1], written[:, 0])
        fits &= ~near & ~_bound(sounds, codes, firsts, changed) & ~np.isin(stays, codes_of(FREQUENT))
    columns = (near[fits], which[fits], firsts[fits], written[fits], read[fits])
    return [
        _Option(-size, close, rank, place, tuple(was), tuple(now))
        for close, rank, place, was, now in zip(*(column.tolist() for column in columns), strict=True)
    ]


def _bound(sounds: Sounds, codes: Codes, firsts: Ints, changed: Bools) -> Bools:
    """Tell of runs of two whether the character that stays is part of a word with its other neighbour."""
    before, behind = np.maximum(firsts - 1, 0), np.minimum(firsts + 2, len(codes) - 1)
    left = sounds.words.take(_pair(codes[before], codes[firsts]), mode="clip") & (firsts > 0) & (codes[before] != 0)
    right = sounds.words.take(_pair(codes[firsts + 1], codes[behind]), mode="clip")
    right &= (firsts + 2 < len(codes)) & (codes[behind] != 0)
    bound: Bools = (left & changed[:, 1]) | (right & changed[:, 0])
    return bound


def _chosen(options: list[_Option]) -> list[_Option]:
    """Return the options to take, by place: the best first, none that contradicts one taken before."""
    taken: dict[int, int] = {}
    chosen = []
    for one in options:
        spots = range(one.place, one.place + len(one.read))
        if any(taken.get(spot, code) != code for spot, code in zip(spots, one.read, strict=True)):
            continue
        if all(spot in taken for spot, was, now in zip(spots, one.written, one.read, strict=True) if was != now):
            continue
        taken.update(zip(spots, one.read, strict=True))
        chosen.append(one)
    return sorted(chosen, key=lambda one: one.place)


def _readings(batch: FoldedBatch, chosen: list[_Option]) -> list[Reading]:
    """Join the options that overlap; the reading is as sure as the least sure of them."""
    found: list[Reading] = []
    end = 0
    for one in chosen:
        sure = NEARLY if one.near else SAME
        text = "".join(map(chr, one.read))
        if found and one.place < end:
            last = found.pop()
            text = last.text + text[end - one.place :]
            sure, low = min(sure, last.confidence), last.start
        else:
            low = one.place
        end = max(end, one.place + len(one.read))
        found.append(Reading(0, low, end, text, "sound", sure))
    turns = np.searchsorted(batch.starts, [one.start for one in found], side="right") - 1
    return [
        one._replace(turn=turn, start=one.start - batch.bounds[turn], end=one.end - batch.bounds[turn])
        for one, turn in zip(found, turns.tolist(), strict=True)
    ]


def _distinct(codes: Codes, classes: NDArray[np.uint16], size: int) -> Codes:
    """Return the distinct runs of a length whose characters all have a sound, one row a run."""
    sounding = classes.take(codes, mode="clip") > 0
    count = len(codes) - size + 1
    packed, all_sound = np.zeros(max(count, 0), np.uint64), np.ones(max(count, 0), np.bool_)
    for offset in range(size):
        packed = packed << np.uint64(16) | codes[offset : offset + count]
        all_sound &= sounding[offset : offset + count]
    found = np.unique(packed[all_sound])
    columns = [found >> np.uint64(16 * offset) & np.uint64(0xFFFF) for offset in reversed(range(size))]
    return np.column_stack(columns).astype(np.uint32)


def _runs(codes: Codes, classes: NDArray[np.uint16], heard: Bools) -> Runs:
    """Sort runs by their sounds, those of one sound in the order given, and mark these as heard."""
    keys = _key([classes[column] for column in codes.T])
    heard[_spread(keys, _HEARD_BITS)] = True
    order = np.argsort(keys, kind="stable")
    return Runs(keys[order], codes[order])


def _pair_table(followers: Mapping[str, str]) -> Bools:
    table = np.zeros(1 << _TOGETHER_BITS, np.bool_)
    firsts = np.repeat(codes_of("".join(followers)), list(map(len, followers.values())))
    table[_pair(firsts, codes_of("".join(followers.values())))] = True
    return table


def _pair(first: Codes, second: Codes) -> Codes:
    return _spread(first << np.uint32(15) ^ second, _TOGETHER_BITS)


def _key(classes: list[NDArray[np.uint16]]) -> Codes:
    """Return one number for the sounds of each run, given the sounds of its first characters, its second, ..."""
    keys = classes[0].astype(np.uint32)
    for column in classes[1:]:
        keys = keys << np.uint32(_CLASS_BITS) | column
    return keys


def _spread(numbers: Codes, bits: int) -> Codes:
    """Return multiplicative hashes (Knuth, TAOCP 3, 6.4) of ``bits`` bits."""
    return numbers * np.uint32(2_654_435_769) >> np.uint32(32 - bits)


def _alike(syllables: list[str], merges: list[list[str]]) -> dict[str, int]:
    """Return a number for what each syllable sounds like once the merges are made."""
    numbers: dict[str, int] = {}
    found = {}
    for syllable in syllables:
        sound = syllable
        for kind, heard, taken in merges:
            if kind == "syllable" and sound == heard:
                sound = taken
            elif kind == "initial" and sound.startswith(heard) and sound[len(heard) :][:1] not in ("", "h", "g"):
                sound = taken + sound[len(heard) :]
            elif kind == "final" and sound.endswith(heard):
                sound = sound[: -len(heard)] + taken
        found[syllable] = numbers.setdefault(sound, len(numbers) + 1)
    return found
