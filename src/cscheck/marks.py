"""Marking (标注): which words of a turn carry a verdict, as runs of text that any output can colour."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

MATCHED, SEEN = "matched", "seen"


class Mark(NamedTuple):
    """A span of a turn: ``matched`` (what the verdict stands on, 命中) or ``seen`` (a cue or context, 线索)."""

    start: int
    end: int
    style: str


def runs(text: str, marks: Iterable[Mark]) -> list[tuple[str, str | None]]:
    """Cut a text into runs of one style each; where marks overlap, ``matched`` counts.

    Returns:
        the runs in order with their styles (None: plain); joined they are the text.
    """
    styles: list[str | None] = [None] * len(text)
    for mark in sorted(marks, key=lambda mark: mark.style == MATCHED):
        low, high = max(0, mark.start), min(len(text), mark.end)
        styles[low:high] = [mark.style] * max(0, high - low)
    found = []
    at = 0
    for style, group in groupby(styles):
        length = sum(1 for _ in group)
        found.append((text[at : at + length], style))
        at += length
    return found
