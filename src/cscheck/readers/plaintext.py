"""Plain text: lines of talk (``客服：您好``), one turn a line.

A conversation begins at a heading (``会话 123``, ``=== 123 ===``, ``# 123``, and behind a blank line ``—— 123 ——``;
a further one of that shape, ``—— 124 ——``, needs none) or, until the first heading of the file, at a blank line; where
each turn is a block of its own (``blocks``), not at a blank line but with another day. Without headings its id is the
file's name as given, without suffix, and its number (``june/chat-1``), so that two files never share one by chance.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

import numpy as np

from .blocks import RULED, Days, in_blocks
from .encoding import lines_of
from .lexicon import ColumnMapping, fold_name, lexicon
from .moments import read_time
from .raw import Raw
from .talk import Talk, hear, heard, speaks

ROWS = 50_000
TOP = 20_000  # the lines by which it is known what blank lines part
_SEVERAL = 3  # conversations of which it can be said what most are
_LONGEST = 30  # characters of a title
_PASTED = re.compile("以上|以下")  # what chat programs write: ——以下为新消息——
_FIGURE = re.compile(r"[A-Za-z\d._:/-]*\d[A-Za-z\d._:/-]*|[〇零一二三四五六七八九十百]+")  # 12, A-7, 2026-09-01, 十二
_HASH = re.compile(r"\s*#+\s+(?P<id>\S.*?)\s*#*\s*")
_NUMBERED = re.compile(r"(?P<word>[^\W\d]+?(?:\s?id)?)\s*(?:[:：#]|\s|(?=\d))\s*(?P<id>[^\s:：]{1,64})", re.IGNORECASE)


def read_text(path: Path, name: str, mapping: ColumnMapping, rows: int = ROWS) -> Iterator[Raw]:
    """Yield the turns of a plain text file; a warning tells where most conversations have but one turn.

    Raises:
        InputError: I101, I103, I104, I109 the file cannot be read.
    """
    talk = Talk(mapping, {}, stem=name.rpartition(".")[0])
    lines = map(bytes.decode, lines_of(path, name))
    top = list(islice(lines, TOP))
    blocks = in_blocks(top)
    headings = {fold_name(word) for word in lexicon().headings}
    begins = "".join({word[0] for word in headings}) + "=#-*—─━－"
    days, sizes, titles, shapes = Days(), Counter[str | None](), Counter[str](), set[str | None]()
    headed, above = False, True  # a heading was met; the line above is blank
    for number, line in enumerate(chain(top, lines), 1):
        shape = _shape(line) if line.lstrip()[:1].casefold() in begins else None
        heading = None if shape is None else _heading(line, headings, above or shape in shapes, blocks)
        if heading is not None and line.lstrip()[0] in "#*-" and speaks(line, mapping):
            heading = None  # "# 客服：您好"
        if heading is not None:
            talk.conversation, talk.fresh, talk.lost, headed = _own(heading, line, titles), True, False, True
            shapes.add(shape)
        elif not line.strip():
            talk.fresh = talk.fresh or not (headed or blocks)
        else:
            talk.fresh = talk.fresh or (blocks and days.begins(line) and not headed)
            if len(talk.rows) >= rows and speaks(line, mapping):
                yield _raw(talk, sizes)
                talk.rows, talk.lines, talk.rejects = [], [], []
            hear(line, number, talk)
        above = not line.strip()
    yield _raw(talk, sizes)
    _check(sizes, name)


def _heading(line: str, headings: set[str], above: bool, blocks: bool) -> str | None:
    """Return the conversation id that a heading gives, or None for another line.

    A title between dashes (``above``: behind a blank line, or of the shape of one before) counts, and one between
    hyphens where turns are ``blocks``.
    """
    ruled = RULED.fullmatch(line) or _HASH.fullmatch(line)
    inside = ruled["id"] if ruled else line.strip()
    begin = line.lstrip()[:1] or " "
    title = above and (begin in "—─━－" or blocks) and len(inside) <= _LONGEST and not _PASTED.match(inside)
    sure = bool(ruled) and (begin in "=#" or title)
    parts = _NUMBERED.fullmatch(inside)
    if parts and fold_name(parts["word"]) in headings and (sure or any(char.isdigit() for char in parts["id"])):
        return parts["id"]
    return inside if sure else None


def _shape(line: str) -> str:
    """Return what titles between dashes of one kind have in common: sign and words, figures aside; else nothing.

    A time of day alone stays as it is: ``—— 14:20 ——`` may stand within a conversation.
    """
    ruled = RULED.fullmatch(line)
    if ruled is None or len(ruled["id"]) > _LONGEST:
        return ""
    words = ruled["id"] if read_time(ruled["id"])[0] == "clock" else _FIGURE.sub("0", ruled["id"])
    return line.lstrip()[0] + words


def _own(heading: str, line: str, titles: Counter[str]) -> str:
    """Return the id of the conversation below a heading: a title between dashes that comes again gets a number."""
    if line.lstrip()[0] not in "—─━－":
        return heading
    titles[heading] += 1
    return heading if titles[heading] == 1 else f"{heading}-{titles[heading]}"


def _check(sizes: Counter[str | None], name: str) -> None:
    """Warn where most conversations of a file have one turn: what parts them was taken wrongly, as it seems."""
    single = sum(size == 1 for size in sizes.values())
    if len(sizes) >= _SEVERAL and single * 2 > len(sizes):
        message = (
            f"{name}: {single} of {len(sizes)} conversations have but one turn: blank lines may part turns here, not "
            "conversations; put a heading (会话 1) above each conversation, and look at cscheck columns"
        )
        warnings.warn(message, stacklevel=2)


def _raw(talk: Talk, sizes: Counter[str | None]) -> Raw:
    """Turn the turns so far into a batch, and count them by conversation."""
    sizes.update(row[0] for row in talk.rows)
    return Raw(
        fields=heard(talk),
        extras={},
        lines=np.array(talk.lines, np.int64),
        positions=np.zeros(len(talk.lines), np.int32),
        rejects=tuple(talk.rejects),
    )
