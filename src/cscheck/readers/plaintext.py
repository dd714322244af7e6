"""Plain text: lines of talk (``客服：您好``), one turn a line.

A conversation begins at a heading (``会话 123``, ``=== 123 ===``, ``# 123``) or, until the first heading of the
file, at a blank line. Without headings its id is the file's name as given, without suffix, and its number
(``june/chat-1``), so that two files never share one by chance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from .encoding import lines_of
from .lexicon import ColumnMapping, fold_name, lexicon
from .raw import Raw
from .talk import Talk, hear, heard, speaks

ROWS = 50_000
_RULED = re.compile(r"\s*(?:={2,}|-{3,}|\*{3,})\s*(?P<id>[^=*\s](?:.*?[^=*\s])?)\s*(?:={2,}|-{3,}|\*{3,})\s*")
_HASH = re.compile(r"\s*#+\s+(?P<id>\S.*?)\s*#*\s*")
_NUMBERED = re.compile(r"(?P<word>[^\W\d]+?(?:\s?id)?)\s*(?:[:：#]|\s|(?=\d))\s*(?P<id>[^\s:：]{1,64})", re.IGNORECASE)


def read_text(path: Path, name: str, mapping: ColumnMapping, rows: int = ROWS) -> Iterator[Raw]:
    """Yield the turns of a plain text file.

    Raises:
        InputError: I101, I103, I104, I109 the file cannot be read.
    """
    talk = Talk(mapping, {}, stem=name.rpartition(".")[0])
    headings = {fold_name(word) for word in lexicon().headings}
    begins = "".join({word[0] for word in headings}) + "=#-*"
    headed = False
    for number, line in enumerate(map(bytes.decode, lines_of(path, name)), 1):
        heading = _heading(line, headings) if line.lstrip()[:1].casefold() in begins else None
        if heading is not None and line.lstrip()[0] in "#*-" and speaks(line, mapping):
            heading = None  # "# 客服：您好"
        if heading is not None:
            talk.conversation, talk.fresh, talk.lost, headed = heading, True, False, True
        elif not line.strip():
            talk.fresh = talk.fresh or not headed
        else:
            if len(talk.rows) >= rows and speaks(line, mapping):
                yield _raw(talk)
                talk.rows, talk.lines, talk.rejects = [], [], []
            hear(line, number, talk)
    yield _raw(talk)


def _heading(line: str, headings: set[str]) -> str | None:
    """Return the conversation id that a heading gives, or None for another line."""
    ruled = _RULED.fullmatch(line) or _HASH.fullmatch(line)
    inside = ruled["id"] if ruled else line.strip()
    sure = bool(ruled) and line.lstrip()[0] in "=#"
    parts = _NUMBERED.fullmatch(inside)
    if parts and fold_name(parts["word"]) in headings and (sure or any(char.isdigit() for char in parts["id"])):
        return parts["id"]
    return inside if sure else None


def _raw(talk: Talk) -> Raw:
    """Turn the turns so far into a batch."""
    return Raw(
        fields=heard(talk),
        extras={},
        lines=np.array(talk.lines, np.int64),
        positions=np.zeros(len(talk.lines), np.int32),
        rejects=tuple(talk.rejects),
    )
