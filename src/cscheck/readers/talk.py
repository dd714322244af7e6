"""Lines of talk: ``客服：您好``, with or without times, become turns.

A turn is ``[time] speaker[ id]: text`` with a half or full width colon, or ``time speaker`` on a line of its own and
the text below it. A line that begins with a blank, and one that begins with no speaker, goes on with the turn above. A
line that looks like a speaker whom nobody knows is rejected, because its words might be put in the wrong mouth.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from .lexicon import ColumnMapping
from .raw import Field, Reject
from .roles import Speaker, named_speaker, speaker_of, unknown_role

_CLOCK = r"\d{1,2}[:：]\d{2}(?:[:：]\d{2}(?:[.,]\d{1,6})?)?"
_DAY = r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[T\s]*"
_SPEAKER = r"[^:：，。！？,!?\[【][^:：，。！？,!?]{0,29}?"


def _time(name: str) -> str:
    """Return the pattern of a time, perhaps in brackets, perhaps with an end (``[00:03-00:07]``)."""
    to = r"\s*(?:-->|--|-|–|—|~|～|至|到)\s*"
    return rf"[\[【(（]?\s*(?P<{name}>(?:{_DAY})?{_CLOCK})(?:{to}(?P<{name}_end>{_CLOCK}))?\s*[\]】)）]?"


TURN = re.compile(rf"\s*(?:{_time('before')}\s*)?(?P<speaker>{_SPEAKER})\s*(?:{_time('after')})?\s*[:：](?P<text>.*)")
_STAMPED = re.compile(rf"\s*(?:{_time('before')}\s*(?P<speaker>{_SPEAKER})|(?P<name>{_SPEAKER})\s+{_time('after')})\s*")
_LABEL = re.compile(r"[^\W_]{1,8}")
_FIELDS = ("conversation_id", "role", "agent_name", "text", "sent_at", "end", "speaker")


@dataclass
class Talk:
    """Where the reading stands: the conversation and turn that are open, and the turns so far.

    ``speakers`` remembers who the words before a colon are, so that they mean the same all through a file; ``stem`` and
    ``count`` name a conversation that has no id of its own.
    """

    mapping: ColumnMapping
    speakers: dict[str, Speaker | None]
    conversation: str | None = None
    stem: str = ""
    count: int = 0
    stamped: bool = False
    fresh: bool = True  # no turn has followed the last heading or blank line
    lost: bool = False  # the last speaker is unknown: what goes on below belongs to nobody
    rows: list[list[str | None]] = field(default_factory=list)  # as _FIELDS; speaker is what stands before the colon
    lines: list[int] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)


def hear(line: str, number: int, talk: Talk) -> None:
    """Read one line that is not blank; ``number`` is its place in the file."""
    found, words = _parted(line)
    speaker = _speaker(words, talk) if found else None
    if found and speaker:
        text = "" if found.re is _STAMPED else found["text"].strip()
        _open_turn(talk, number, speaker, text, found, words)
        return
    strange = words if found and found.re is _STAMPED else _stranger(line, found, talk)
    if strange is not None:
        talk.rejects.append(Reject(number, 0, _current(talk), None, unknown_role(strange)))
        talk.lost = True
    elif talk.rows and not (talk.fresh or talk.lost):
        text = talk.rows[-1][3] or ""
        talk.rows[-1][3] = f"{text}\n{line.strip()}" if text else line.strip()
    else:
        reason = "the line names no speaker (accepted: 客服：…, 客户：…) and goes on with no known turn"
        talk.rejects.append(Reject(number, 0, _current(talk), None, reason))


def speaks(line: str, mapping: ColumnMapping) -> bool:
    """True when a line begins with a speaker who is known."""
    found, words = _parted(line)
    return found is not None and _speaker(words, Talk(mapping, {})) is not None


def heard(talk: Talk) -> Mapping[str, Field]:
    """Return the turns as columns."""
    columns = list(zip(*talk.rows, strict=True)) or [()] * len(_FIELDS)
    return {key: Field(key, pa.array(column, pa.string())) for key, column in zip(_FIELDS, columns, strict=True)}


def _parted(line: str) -> tuple[re.Match[str] | None, str]:
    """Return how a line is parted, and the words that may be a speaker."""
    turn = TURN.fullmatch(line)
    # "客服 12:03" is a speaker with a time above the text, not a speaker who says 03
    stamped = _STAMPED.fullmatch(line) if turn is None or turn["text"].strip()[:2].isdigit() else None
    words = (stamped["speaker"] or stamped["name"]) if stamped else turn["speaker"] if turn else ""
    return stamped or turn, words.strip()


def _speaker(name: str, talk: Talk) -> Speaker | None:
    """Return who the words before a colon mean; the same words mean the same all through the file."""
    if name not in talk.speakers:
        talk.speakers[name] = speaker_of(name, talk.mapping) or named_speaker(name, talk.mapping)
    return talk.speakers[name]


def _stranger(line: str, turn: re.Match[str] | None, talk: Talk) -> str | None:
    """Return the words before the colon that look like a speaker nobody knows, or None where the turn goes on.

    Indented lines go on, and so does ``地址：`` below a turn with a time, because there every turn has one.
    """
    if turn is None or (line[0].isspace() and not turn["before"]):
        return None
    label = turn["speaker"].strip()
    timed = bool(turn["before"] or turn["after"])
    if not timed and (talk.stamped or turn["text"].startswith("//")):
        return None
    return label if _LABEL.fullmatch(label) and not label.isdigit() else None


def _current(talk: Talk) -> str | None:
    """Return the id of the open conversation."""
    return talk.conversation if talk.conversation is not None or talk.fresh else f"{talk.stem}-{talk.count}"


def _open_turn(talk: Talk, line: int, speaker: Speaker, text: str, found: re.Match[str], words: str) -> None:
    """Add a turn, and open a conversation where none is open."""
    where = "before" if found["before"] else "after"
    time, end = found[where], found[f"{where}_end"]
    if talk.fresh and talk.conversation is None:
        talk.count += 1
    talk.fresh, talk.lost, talk.stamped = False, False, time is not None
    talk.rows.append([_current(talk), speaker.role, speaker.name, text, time, end, words])
    talk.lines.append(line)
