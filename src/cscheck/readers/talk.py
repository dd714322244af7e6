"""Lines of talk: ``客服：您好``, with or without times, become turns.

A turn is ``[time] speaker[ id]: text`` with a colon of any shape, or ``time speaker`` on a line of its own and the
text below it. A file may dress its speakers (``【客服】您好``, ``**客服**：您好``, ``1. 客服：您好``) as long as it
does so for each. A line that begins with a blank, and one that begins with no speaker, goes on with the turn above. A
line that looks like a speaker whom nobody knows, or begins with a speaker in another form, is rejected, because its
words might be put in the wrong mouth. A comma stands for the colon only in a cell where it does so for most lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from .lexicon import ColumnMapping
from .parted import (
    COLON,
    COMMA,
    DRESSED,
    GAP,
    LABEL,
    MARKS,
    SIGNS,
    STAMPED,
    TURN,
    WHEN,
    inner_speakers,
    is_name,
    labels_in,
    parted,
    visible,
)
from .raw import Field, Reject
from .roles import Speaker, anybody, is_label, speaker_of, speaker_words, unknown_role

# What may part the turns of one line, each alone; of blanks the wide before the narrow, which may follow a colon.
_SIGNS = tuple(
    map(re.compile, (r"→|⇒|[-=]+>", r"\|+", "｜", "[;；]", "/", r"\t", r"[^\S\t]{2,}|\u3000", rf"(?<![{COLON}])\s"))
)
_FIELDS = ("conversation_id", "role", "agent_name", "text", "sent_at", "end", "speaker")


@dataclass
class Talk:
    """Where the reading stands: the conversation and turn that are open, and the turns so far.

    ``speakers`` remembers who the words before a colon are, so that they mean the same all through a file; ``agents``
    are the names of the agent of the open conversation, ``cast`` who other names in it are (None: unknown), and
    ``by_name`` counts the turns of those whom only this tells, by name and role; ``stem`` and ``count`` name one that
    has no id of its own.
    """

    mapping: ColumnMapping
    speakers: dict[str, Speaker | None]
    conversation: str | None = None
    agents: frozenset[str | None] = frozenset()
    cast: Mapping[str, Speaker | None] = field(default_factory=dict)
    stem: str = ""
    count: int = 0
    stamped: bool = False
    fresh: bool = True  # no turn has followed the last heading or blank line
    dressed: bool = False  # the speaker of the open turn stands in brackets, behind a number or the like
    lost: bool = False  # the last speaker is unknown: what goes on below belongs to nobody
    likeness: re.Pattern[str] | None = None  # what begins with a speaker's word
    rows: list[list[str | None]] = field(default_factory=list)  # as _FIELDS; speaker is what stands before the colon
    lines: list[int] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    by_name: Counter[tuple[str, str]] = field(default_factory=Counter)


def hear(line: str, number: int, talk: Talk) -> None:
    """Read one line that is not blank; ``number`` is its place in the file."""
    found, words = parted(line)
    speaker = speaker_in(words, talk) if found else None
    dressed = None if speaker else DRESSED.fullmatch(line)
    plain = _undressed(dressed, talk) if dressed else None
    if plain and (talk.fresh or talk.dressed):
        found, words = parted(plain)
        speaker = speaker_in(words, talk)
    strange = None if found and speaker else _strange(line, found, words, dressed, talk)
    anyone = anybody(talk.mapping)
    if found and strange == words and anyone and not speaker:
        speaker = talk.speakers[words] = Speaker(anyone, None)
    if found and speaker:
        text = "" if found.re is STAMPED else found["text"].strip()
        timed = found["before"] or found["after"]
        other = (None if timed else _other_side(text, speaker, talk)) or _both_sides(text, talk)
        if other:
            talk.rejects.append(Reject(number, 0, _current(talk), None, in_the_middle(other)))
            talk.lost = True
        else:
            _open_turn(talk, number, speaker, text, found, words)
            talk.dressed = plain is not None
        return
    if plain or (strange is None and _begins_like_turn(line, talk)):
        talk.rejects.append(Reject(number, 0, _current(talk), None, _other_form(line)))
        talk.lost = True
    elif strange is not None:
        talk.rejects.append(Reject(number, 0, _current(talk), None, unknown_role(strange), strange))
        talk.lost = True
    elif talk.rows and not (talk.fresh or talk.lost):
        text = talk.rows[-1][3] or ""
        talk.rows[-1][3] = f"{text}\n{line.strip()}" if text else line.strip()
    else:
        reason = "the line names no speaker (accepted: 客服：…, 客户：…) and goes on with no known turn"
        talk.rejects.append(Reject(number, 0, _current(talk), None, reason))


def speaks(line: str, mapping: ColumnMapping) -> bool:
    """True when a line begins with a speaker who is known."""
    talk = Talk(mapping, {})
    found, words = parted(line)
    if found is not None and speaker_in(words, talk) is not None:
        return True
    dressed = DRESSED.fullmatch(line)
    return dressed is not None and _undressed(dressed, talk) is not None


def on_one_line(line: str, mapping: ColumnMapping) -> list[str]:
    """Return the turns of a line in which several speak, parted by one sign; the line alone where nothing is sure.

    A known speaker follows the sign each time, and two sides speak: ``客服：好；请说；客户：在`` is left as it is.
    """
    if sum(line.count(colon) for colon in COLON) < 2:
        return [line]
    for sign in _SIGNS:
        parts = [part for part in sign.split(line) if part.strip()]
        begun = [_plain_turn(part, mapping) for part in parts]
        if len({who.role for who in begun if who}) > 1 and all(begun):
            return parts
    return [line]


def _plain_turn(part: str, mapping: ColumnMapping) -> Speaker | None:
    """Return who says a part of a line: a known speaker with a colon, and nobody else in the middle."""
    found, words = parted(part)
    who = speaker_of(words, mapping) if found and found.re is TURN else None
    inner = inner_speakers(found["text"]) if found and who else []
    return None if any(speaker_of(name, mapping) for name, _ in inner) else who


def with_colons(lines: list[str], mapping: ColumnMapping) -> list[str]:
    """Return the lines of one cell with a colon in place of the comma that stands behind its speakers (``客服，您好``).

    That is so only where the first line and most others begin so, two sides speak, and no speaker has a colon; anywhere
    else ``业主，您好`` is how one is addressed.
    """
    if not lines or not COMMA.fullmatch(lines[0]):
        return lines
    begun = [COMMA.fullmatch(line) for line in lines]
    known = [found and speaker_of(visible(found["speaker"]), mapping) for found in begun]
    if not known[0] or len({who.role for who in known if who}) < 2 or len([*filter(None, known)]) * 2 <= len(lines):
        return lines
    if any(speaks(line, mapping) for line in lines):
        return lines
    return [
        f"{found['begin']}：{found['text']}" if found and who else line
        for line, found, who in zip(lines, begun, known, strict=True)
    ]


def heard(talk: Talk) -> Mapping[str, Field]:
    """Return the turns as columns."""
    columns = list(zip(*talk.rows, strict=True)) or [()] * len(_FIELDS)
    return {key: Field(key, pa.array(column, pa.string())) for key, column in zip(_FIELDS, columns, strict=True)}


def _undressed(found: re.Match[str], talk: Talk) -> str | None:
    """Return a line whose known speaker stands in brackets, quotes or emphasis, or behind a number, in plain form."""
    who = visible(found["speaker"])
    if not (found["mark"] or found["open"]) or not who or speaker_in(who, talk) is None:
        return None
    alone = found["after"] and not found["text"].strip()  # a speaker with a time above the text
    return f"{found['before'] or ''} {who} {found['after'] or ''}{'' if alone else '：' + found['text']}"


def _begins_like_turn(line: str, talk: Talk) -> bool:
    """True when a line begins with a speaker's word in a form that is none of a turn's (``客服（小王，1）：``)."""
    if talk.likeness is None:
        words = "|".join(sorted(map(re.escape, speaker_words(talk.mapping)), key=len, reverse=True))
        any_tail = rf"(?:{GAP}[{SIGNS}]|[^{MARKS}]{{0,20}}[{COLON}])"
        likeness = rf"(?:[\W\d_]|{WHEN})*(?P<words>(?:{words})(?![A-Za-z]){any_tail})"
        talk.likeness = re.compile(likeness, re.IGNORECASE)
    found = talk.likeness.match(line)
    # where every turn has a time, 客户姓名： is what a turn asks for
    return found is not None and not (talk.stamped and is_label(found["words"]))


def _other_form(line: str) -> str:
    """Return the reason for the rejection of a line that begins with a speaker in a form not to be relied on."""
    begin = line.strip()[:20]
    return f"the line begins like a speaker's turn, but in another form ({begin!r}): write 客服：… or [09:03] 客服：…"


def speaker_in(name: str, talk: Talk) -> Speaker | None:
    """Return who the words before a colon mean; the same words mean the same all through the file.

    What the row's own agent is called means an agent unless it means somebody else; what a pattern of the mapping
    (``*先生``) says does not hold of him.
    """
    if name not in talk.speakers:
        talk.speakers[name] = speaker_of(name, talk.mapping)
    if name in talk.agents:
        return speaker_of(name, talk.mapping, patterns=False) or Speaker("agent", name)
    return talk.speakers[name] or talk.cast.get(name)


def _labelled(dressed: re.Match[str] | None) -> re.Match[str] | None:
    """Return what stands before a colon in brackets (``[小林]：``), which may be a speaker; None for any other."""
    return dressed if dressed and dressed["colon"] and not dressed["mark"] else None


def in_the_middle(words: str) -> str:
    """Return the reason for the rejection of a line in which another one speaks."""
    return f"{words!r} speaks in the middle of the line: say what parts lines in a mapping (line_separator)"


def _other_side(text: str, speaker: Speaker, talk: Talk) -> str | None:
    """Return who of another side speaks in the middle of a turn (``在吗 客服：您好``); 客服：400 is but a number."""
    for words, figure in inner_speakers(text):
        other = None if figure else speaker_of(words, talk.mapping)
        if other and other.role != speaker.role:
            return words
    return None


def _both_sides(text: str, talk: Talk) -> str | None:
    """Return a speaker whom a turn names that names both sides (``您好、客户：在、客服：好``): it is several turns."""
    named = {words: _ending(words, talk) for words in labels_in(text)}
    return next((words for words, role in named.items() if role), None) if len({*named.values()} - {None}) > 1 else None


def _ending(words: str, talk: Talk) -> str | None:
    """Return the role of the speaker's word with which some words end (您好客户), None where it is nobody's."""
    ends = (speaker_of(words[-size:], talk.mapping) for size in range(min(len(words), 4), 1, -1))
    return next((who.role for who in ends if who and who.role in ("agent", "customer")), None)


def _strange(
    line: str, found: re.Match[str] | None, words: str, dressed: re.Match[str] | None, talk: Talk
) -> str | None:
    """Return whom a line names as its speaker though nobody knows him; None where it names nobody."""
    if found and (found.re is STAMPED or words in talk.cast):
        return words
    return _stranger(line, found or _labelled(dressed), talk)


def _stranger(line: str, turn: re.Match[str] | None, talk: Talk) -> str | None:
    """Return the words before the colon that look like a speaker nobody knows, or None where the turn goes on.

    Indented lines go on, and so does ``地址：`` below a turn with a time, because there every turn has one. Beside a
    time of its own any word is a speaker's: nicknames hold whatever they like (``[10:00:09] tb_88：``).
    """
    if turn is None or (line[0].isspace() and not turn["before"]):
        return None
    label = visible(turn["speaker"])
    timed = bool(turn["before"] or turn["after"])
    if not timed and talk.stamped:
        return None
    if not is_name(turn, label):
        return None
    return label if timed or LABEL.fullmatch(label) else None


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
    said = said_by(words, speaker, talk)
    talk.rows.append([_current(talk), speaker.role, speaker.name, text, time, end, said])
    talk.lines.append(line)


def said_by(words: str, speaker: Speaker, talk: Talk) -> str | None:
    """Return the words for a speaker that mean the same in every row, None for a name; whom it tells is counted."""
    known = talk.speakers.get(words)
    if known == speaker or (known is None and words not in talk.cast and words not in talk.agents):
        return words
    if words in talk.cast:
        talk.by_name[words, speaker.role] += 1
    return None
