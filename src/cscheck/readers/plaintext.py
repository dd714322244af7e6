"""Plain text: ``客服：您好``, one turn a line, with or without times.

A conversation begins at a heading (``会话 123``, ``=== 123 ===``, ``# 123``) or, until the first heading of the
file, at a blank line. Without headings its id is the file's name as given, without suffix, and its number
(``june/chat-1``), so that two files never share one by chance. A turn is
``[time] speaker[ id]: text`` with a half or full width colon, or ``time speaker`` on a line of its own and the text
below it. A line that begins with a blank, and one that begins with no speaker, goes on with the turn above. A line
that looks like a speaker whom nobody knows is rejected, because its words might be put in the wrong mouth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from .encoding import lines_of
from .lexicon import ColumnMapping, fold_name, lexicon
from .raw import Field, Raw, Reject
from .roles import Speaker, named_speaker, speaker_of, unknown_role

ROWS = 50_000
_CLOCK = r"\d{1,2}[:：]\d{2}(?:[:：]\d{2}(?:[.,]\d{1,6})?)?"
_DAY = r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[T\s]*"
_SPEAKER = r"[^:：，。！？,!?\[【][^:：，。！？,!?]{0,29}?"


def _time(name: str) -> str:
    """Return the pattern of a time, perhaps in brackets, perhaps with an end (``[00:03-00:07]``)."""
    to = r"\s*(?:-->|--|-|–|—|~|～|至|到)\s*"
    return rf"[\[【(（]?\s*(?P<{name}>(?:{_DAY})?{_CLOCK})(?:{to}(?P<{name}_end>{_CLOCK}))?\s*[\]】)）]?"


_TURN = re.compile(rf"\s*(?:{_time('before')}\s*)?(?P<speaker>{_SPEAKER})\s*(?:{_time('after')})?\s*[:：](?P<text>.*)")
_STAMPED = re.compile(rf"\s*(?:{_time('before')}\s*(?P<speaker>{_SPEAKER})|(?P<name>{_SPEAKER})\s+{_time('after')})\s*")
_RULED = re.compile(r"\s*(?:={2,}|-{3,}|\*{3,})\s*(?P<id>[^=*\s](?:.*?[^=*\s])?)\s*(?:={2,}|-{3,}|\*{3,})\s*")
_HASH = re.compile(r"\s*#+\s+(?P<id>\S.*?)\s*#*\s*")
_NUMBERED = re.compile(r"(?P<word>[^\W\d]+?(?:\s?id)?)\s*(?:[:：#]|\s|(?=\d))\s*(?P<id>[^\s:：]{1,64})", re.IGNORECASE)
_LABEL = re.compile(r"[^\W_]{1,8}")


@dataclass
class _Open:
    """Where the reading stands: the conversation and turn that are open, and the rows so far."""

    stem: str
    mapping: ColumnMapping
    speakers: dict[str, Speaker | None] = field(default_factory=dict)
    conversation: str | None = None
    count: int = 0
    headed: bool = False
    stamped: bool = False
    fresh: bool = True  # no turn has followed the last heading or blank line
    lost: bool = False  # the last speaker is unknown: what goes on below belongs to nobody
    rows: list[list[str | None]] = field(default_factory=list)  # id, role, agent, text, time, end
    lines: list[int] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)


def read_text(path: Path, name: str, mapping: ColumnMapping, rows: int = ROWS) -> Iterator[Raw]:
    """Yield the turns of a plain text file.

    Raises:
        InputError: I101, I103, I104, I109 the file cannot be read.
    """
    state = _Open(name.rpartition(".")[0], mapping)
    headings = {fold_name(word) for word in lexicon().headings}
    begins = "".join({word[0] for word in headings}) + "=#-*"
    for number, line in enumerate(map(bytes.decode, lines_of(path, name)), 1):
        heading = _heading(line, headings) if line.lstrip()[:1].casefold() in begins else None
        if heading is not None:
            state.conversation, state.headed, state.fresh, state.lost = heading, True, True, False
        elif not line.strip():
            state.fresh = state.fresh or not state.headed
        else:
            if len(state.rows) >= rows and not line[0].isspace() and _TURN.fullmatch(line):
                yield _raw(state)
                state.rows, state.lines, state.rejects = [], [], []
            _read_line(line, number, state)
    yield _raw(state)


def _heading(line: str, headings: set[str]) -> str | None:
    """Return the conversation id that a heading gives, or None for another line."""
    ruled = _RULED.fullmatch(line) or _HASH.fullmatch(line)
    inside = ruled["id"] if ruled else line.strip()
    sure = bool(ruled) and line.lstrip()[0] in "=#"
    parts = _NUMBERED.fullmatch(inside)
    if parts and fold_name(parts["word"]) in headings and (sure or any(char.isdigit() for char in parts["id"])):
        return parts["id"]
    return inside if sure else None


def _read_line(line: str, number: int, state: _Open) -> None:
    """Read one line that is neither blank nor a heading."""
    turn = _TURN.fullmatch(line)
    # "客服 12:03" is a speaker with a time above the text, not a speaker who says 03
    stamped = _STAMPED.fullmatch(line) if turn is None or turn["text"].strip()[:2].isdigit() else None
    found = stamped or turn
    words = (stamped["speaker"] or stamped["name"]) if stamped else turn["speaker"] if turn else ""
    speaker = _speaker(words, state) if found else None
    if found and speaker:
        _open_turn(state, number, speaker, "" if stamped else found["text"].strip(), found)
        return
    strange = words.strip() if stamped else _stranger(line, turn, state)
    if strange is not None:
        state.rejects.append(Reject(number, 0, _current(state), None, unknown_role(strange)))
        state.lost = True
    elif state.rows and not (state.fresh or state.lost):
        text = state.rows[-1][3]
        state.rows[-1][3] = f"{text}\n{line.strip()}" if text else line.strip()
    else:
        reason = "the line names no speaker (accepted: 客服：…, 客户：…) and goes on with no known turn"
        state.rejects.append(Reject(number, 0, _current(state), None, reason))


def _speaker(words: str, state: _Open) -> Speaker | None:
    """Return who the words before a colon mean; the same words mean the same all through the file."""
    name = words.strip()
    if name not in state.speakers:
        state.speakers[name] = speaker_of(name, state.mapping) or named_speaker(name, state.mapping)
    return state.speakers[name]


def _stranger(line: str, turn: re.Match[str] | None, state: _Open) -> str | None:
    """Return the words before the colon that look like a speaker nobody knows, or None where the turn goes on.

    Indented lines go on, and so does ``地址：`` below a turn with a time, because there every turn has one.
    """
    if turn is None or (line[0].isspace() and not turn["before"]):
        return None
    label = turn["speaker"].strip()
    timed = bool(turn["before"] or turn["after"])
    if not timed and (state.stamped or turn["text"].startswith("//")):
        return None
    return label if _LABEL.fullmatch(label) and not label.isdigit() else None


def _current(state: _Open) -> str | None:
    """Return the id of the open conversation."""
    return state.conversation if state.conversation is not None or state.fresh else f"{state.stem}-{state.count}"


def _open_turn(state: _Open, line: int, speaker: Speaker, text: str, found: re.Match[str]) -> None:
    """Add a turn, and open a conversation where none is open."""
    where = "before" if found["before"] else "after"
    time, end = found[where], found[f"{where}_end"]
    if state.fresh and state.conversation is None:
        state.count += 1
    state.fresh, state.lost, state.stamped = False, False, time is not None
    state.rows.append([_current(state), speaker.role, speaker.name, text, time, end])
    state.lines.append(line)


def _raw(state: _Open) -> Raw:
    """Turn the rows into columns."""
    names = ("conversation_id", "role", "agent_name", "text", "sent_at", "end")
    columns = list(zip(*state.rows, strict=True)) or [()] * len(names)
    return Raw(
        fields={key: Field(key, pa.array(column, pa.string())) for key, column in zip(names, columns, strict=True)},
        extras={},
        lines=np.array(state.lines, np.int64),
        positions=np.zeros(len(state.lines), np.int32),
        rejects=tuple(state.rejects),
    )
