"""Folds text (归一): spellings that look or read alike become one, and every offset leads back to the original.

Folding changes one code point into one code point, or deletes it; it never makes two out of one. That is why it
is not NFKC, which turns ``…`` into three characters. Phrases and turns are folded by the same table, so that a
phrase matches whatever width, case, script or hidden character it is written with.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .data import lexicons, rows

SEPARATOR = "\0"  # between the turns of a batch; a NUL inside a turn folds to a blank
_UNICODE_SIZE = 0x110000
_DELETED = np.uint32(0xFFFFFFFF)
_CODES = np.dtype("<u4")  # UTF-32-LE: one number for each code point
# Radicals and compatibility ideographs: copied from PDF files and old code pages, they look like the plain character.
_COMPATIBILITY = ((0x2E80, 0x2FD6), (0xF900, 0xFADA), (0x2F800, 0x2FA1E))
_CASED = (
    (0x41, 0x2E00),
    (0xA640, 0xAC00),
    (0xFF21, 0xFF3B),
    (0x10400, 0x10600),
    (0x10C80, 0x11900),
    (0x16E40, 0x1E944),
)
_SPACES = (0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x2800, 0x3000, 0x3164, 0xFFA0)
_LINE_BREAKS = ("\r", "\x85", "\u2028", "\u2029")
# [数字x], [姓名x], [表情], [微笑]: de-identified values and chat emoticons; #e-s33: a shop platform's emoticons;
# &#128512; : a character that an export left escaped. Written as folding leaves them, in lower case.
_MASK = re.compile(
    r"\[(?=[^\]]*[a-z\u3400-\u9fff])[a-z0-9\u3400-\u9fff]{1,9}\]|#e-[a-z]\d{1,4}|&#(?:\d{1,7}|x[0-9a-f]{1,6});"
)

Codes = NDArray[np.uint32]
Offsets = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class FoldedText:
    """A text and its folded form.

    ``kept`` gives for each folded position its position in ``original``; None when nothing was deleted.
    """

    original: str
    text: str
    kept: Offsets | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of ``original`` from which the folded span ``start:end`` was made."""
        return _original_span(self.kept, start, end, len(self.original))


class Reading(NamedTuple):
    """A span of a turn that is read as other words than are written there (保正 as 保证).

    ``start:end`` is relative to the folded text of turn ``turn``; ``text`` is what it is read as; ``kind`` is sound,
    shape or wording; ``confidence`` (above 0, below 1) is that of what is found in it.
    """

    turn: int
    start: int
    end: int
    text: str
    kind: str
    confidence: float


@dataclass(frozen=True, slots=True, eq=False)
class FoldedBatch:
    """Many turns folded at once, joined by ``SEPARATOR``.

    ``codes`` holds the code points of ``text``. Turn ``i`` is ``text[starts[i]:starts[i + 1] - 1]``; ``starts`` has one
    entry more than there are turns. ``kept`` gives for each position of ``text`` its position in the joined originals
    (None when nothing was deleted), ``original_starts`` the start of each turn there; ``bounds`` are the ``starts`` as
    plain numbers, quicker to slice with. ``readings`` holds for a turn what was read otherwise in it, in order.
    """

    text: str
    codes: Codes
    starts: Offsets
    kept: Offsets | None
    original_starts: Offsets
    bounds: tuple[int, ...]
    readings: Mapping[int, tuple[Reading, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def turn(self, i: int) -> str:
        """Return the folded text of turn ``i``."""
        return self.text[self.bounds[i] : self.bounds[i + 1] - 1]

    def readings_at(self, i: int, start: int, end: int) -> list[Reading]:
        """Return the readings that a span of the folded text of turn ``i`` overlaps."""
        return [one for one in self.readings.get(i, ()) if one.start < end and start < one.end]

    def original_span(self, i: int, start: int, end: int) -> tuple[int, int]:
        """Return, for a span relative to the folded text of turn ``i``, the span in that turn's original text.

        A span that holds part of what was read as words of another length covers all that is written there.
        """
        if self.kept is None:
            return start, end
        first, base = int(self.starts[i]), int(self.original_starts[i])
        turn_end = int(self.original_starts[i + 1]) - 1
        for one in self.readings_at(i, start, end):
            low, high = _original_span(self.kept, first + one.start, first + one.end, turn_end)
            if high - low != one.end - one.start:  # read as words of another length: no place in it has one of its own
                start, end = min(start, one.start), max(end, one.end)
        low, high = _original_span(self.kept, first + start, first + end, turn_end)
        return low - base, high - base


def fold(text: str) -> FoldedText:
    """Fold one text.

    Raises:
        ValueError: the text holds a lone surrogate (it is not valid Unicode).
    """
    folded, kept = _fold_codes(_encode(text, np.zeros(1, np.int64)))
    return FoldedText(text, text_of(folded), kept)


def fold_phrase(text: str) -> str:
    """Return the folded form of a phrase; equal to ``fold(text).text``."""
    return fold(text).text


def fold_char(character: str) -> str:
    """Return the folded form of one character: one character, or nothing where it is deleted."""
    code = int(_table()[ord(character)])
    return "" if code == _DELETED else chr(code)


def fold_many(texts: Sequence[str]) -> FoldedBatch:
    """Fold many turns in one pass.

    Raises:
        ValueError: a turn holds a lone surrogate; the message names its index.
    """
    # Starts come from lengths, never from splitting: a turn may hold whatever the separator is.
    starts = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1, out=starts[1:])
    return fold_joined(SEPARATOR.join(texts), starts)


def fold_joined(text: str, starts: Offsets) -> FoldedBatch:
    """Fold turns that are already joined by ``SEPARATOR``; ``starts`` says where each begins, and the length plus one.

    Raises:
        ValueError: a turn holds a lone surrogate; the message names its index.
    """
    folded, kept = _fold_codes(_encode(text, starts), starts[1:-1] - 1)
    if kept is None:
        folded_starts = starts
    else:
        folded_starts = np.zeros(len(starts), np.int64)
        folded_starts[1:-1] = np.flatnonzero(folded == 0) + 1  # only separators are NUL after folding
        folded_starts[-1] = len(folded) + 1
        _freeze(folded_starts)
    _freeze(starts)
    return FoldedBatch(text_of(folded), folded, folded_starts, kept, starts, tuple(folded_starts.tolist()))


def masks(text: str) -> list[tuple[int, int]]:
    """Return the spans of placeholders (脱敏占位、表情代码) in a folded text, such as ``[数字x]`` and ``#e-s33``.

    A placeholder stands for something else: no match may begin or end inside one.
    """
    if "[" not in text and "#" not in text:
        return []
    return [match.span() for match in _MASK.finditer(text)]


def codes_of(text: str) -> Codes:
    """Return the code points of a text, which holds no lone surrogate."""
    return np.frombuffer(text.encode("utf-32-le"), _CODES)


def text_of(codes: Codes) -> str:
    """Return the text of code points."""
    return str(codes.astype(_CODES, copy=False).data, "utf-32-le") if len(codes) else ""


def _encode(text: str, starts: Offsets) -> Codes:
    """Return the code points of turns that are joined by separators."""
    try:
        return codes_of(text)
    except UnicodeEncodeError as error:
        turn = int(np.searchsorted(starts, error.start, side="right")) - 1
        raise ValueError(
            f"text {turn}, character {error.start - int(starts[turn])}: a lone surrogate "
            f"(U+{ord(text[error.start]):04X}) is not valid Unicode; reject or re-decode the text before it is folded"
        ) from None


def _fold_codes(codes: Codes, separators: Offsets | None = None) -> tuple[Codes, Offsets | None]:
    """Return the folded code points and, where some were deleted, the positions of those kept."""
    folded = _table().take(codes)
    if separators is not None:
        folded[separators] = 0
    keep = folded != _DELETED
    if keep.all():
        return folded, None
    kept = np.flatnonzero(keep)
    _freeze(kept)
    return folded[kept], kept


def _original_span(kept: Offsets | None, start: int, end: int, length: int) -> tuple[int, int]:
    if kept is None:
        return start, end
    if start < end:
        return int(kept[start]), int(kept[end - 1]) + 1
    place = int(kept[start]) if start < len(kept) else length
    return min(place, length), min(place, length)


def _freeze(array: Offsets | Codes) -> None:
    array.flags.writeable = False


@cache
def _table() -> Codes:
    """Return the folding table: for each code point the folded one, or ``_DELETED``. Immutable, built once."""
    table = np.arange(_UNICODE_SIZE, dtype=np.uint32)
    for source, target in _pairs():
        table[ord(source)] = ord(target)
    for _ in range(3):  # Ａ→A→a, ﹁→“: follow each chain to its end, so that folding twice changes nothing
        table = table[table]
    for first, last, *_name in rows(lexicons() / "fold" / "deleted.tsv"):
        table[int(first, 16) : int(last, 16) + 1] = _DELETED
    _freeze(table)
    return table


def _pairs() -> Iterator[tuple[str, str]]:
    """Yield (character, folded character); a later pair for the same character replaces an earlier one."""
    for first, end in _CASED:
        for character in map(chr, range(first, end)):
            lower = character.lower()
            if lower != character and len(lower) == 1:
                yield character, lower
    for character in map(chr, (*range(0x20), *range(0x7F, 0xA0), *_SPACES)):
        if character != "\n":
            yield character, "\n" if character in _LINE_BREAKS else " "
    for first, end in _COMPATIBILITY:
        for character in map(chr, range(first, end)):
            plain = unicodedata.normalize("NFKC", character)
            if len(plain) == 1 and plain != character:
                yield character, plain
    for code in range(0xFF01, 0xFF5F):
        yield chr(code), chr(code - 0xFEE0)
    for canonical, variants in rows(lexicons() / "fold" / "punctuation.tsv"):
        for variant in variants.split():
            yield variant, canonical
    yield from ((traditional, simplified) for traditional, simplified in rows(lexicons() / "fold" / "trad_simp.tsv"))
