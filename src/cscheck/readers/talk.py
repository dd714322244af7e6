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
from .raw import Field, Reject
from .roles import Speaker, anybody, is_label, speaker_of, speaker_words, unknown_role

COLON = ":：﹕∶︰︓꞉"
_MARKS = f"{COLON}，。！？,!?"
_UNSEEN = "\u00ad\u200b-\u200f\u2060\ufeff"  # of no width
_INVISIBLE = re.compile(f"[{_UNSEEN}]")
_GAP = rf"[\s{_UNSEEN}]*+"  # possessive: a line of blanks must not be tried in every way
_HALF = "(?:凌晨|早上|上午|中午|下午|晚上)"
_CLOCK = rf"(?:{_HALF}\s*+)?\d{{1,2}}[:：]\d{{2}}(?:[:：]\d{{2}}(?:[.,]\d{{1,6}})?)?(?:\s*+[AaPp][Mm](?![A-Za-z]))?"
_DAY = r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[T\s]*+"
_SPEAKER = rf"[^{_MARKS}\[【][^{_MARKS}]{{0,29}}?"


def _time(name: str) -> str:
    """Return the pattern of a time, perhaps in brackets, perhaps with an end (``[00:03-00:07]``)."""
    to = r"\s*+(?:-->|--|-|–|—|~|～|至|到)\s*+"
    return rf"[\[【(（]?\s*+(?P<{name}>(?:{_DAY})?{_CLOCK})(?:{to}(?P<{name}_end>{_CLOCK}))?\s*+[\]】)）]?"


_TURN = re.compile(
    rf"{_GAP}(?:{_time('before')}{_GAP})?(?P<speaker>{_SPEAKER}){_GAP}(?:{_time('after')})?{_GAP}[{COLON}](?P<text>.*)"
)
_STAMPED = re.compile(
    rf"{_GAP}(?:{_time('before')}{_GAP}(?P<speaker>{_SPEAKER})|(?P<name>{_SPEAKER})\s++{_time('after')}){_GAP}"
)
# a name: 王女士, 小王(0012), 王 小明
_LABEL = re.compile(r"[^\W_]{1,8}(?:\s*[(（<【\[].{1,16}[)）>】\]])?|[^\W\d_]{1,8}(?:[ \t　·•._-][^\W\d_]{1,8}){1,2}")
_HOUR = re.compile(r"(?<![^\s\u3400-\u9fff])\d{1,2}$")
_WHENCE = re.compile(rf"[\u3400-\u9fff]{_HALF}")  # 明天下午3:05 is no time of sending
_CLOSED = "*_”\"」』’'\\]】"
_MARK = r"(?:[>＞]|[#*•●◆■▪·-]++(?=\s)|[(（]?\d{1,4}[.．、)）])"
_DRESSED = re.compile(
    rf"{_GAP}(?P<mark>(?:{_MARK}{_GAP})*)(?P<before>{_time('begin')})?{_GAP}"
    rf"(?P<open>[*_]{{1,3}}|[“\"「『‘'\[【])?{_GAP}(?P<speaker>[^{_MARKS}{_CLOSED}]{{1,30}}?){_GAP}"
    rf"(?(open)(?:[{_CLOSED}]{{1,3}}{_GAP}(?P<after>{_time('then')})?{_GAP}(?P<colon>[{COLON}])?"
    rf"|[{COLON}][{_CLOSED}]{{1,3}})|[{COLON}])(?P<text>.*)"
)
_COMMA = re.compile(rf"(?P<begin>{_GAP}(?:{_time('before')}{_GAP})?(?P<speaker>{_SPEAKER})){_GAP}[,，](?P<text>.*)")
_WHEN = "[年月日时点分秒号]|上午|下午|中午|早上|晚上|凌晨|(?:星期|周)[一二三四五六日天]|[A-Za-z]{1,4}(?![^\\W\\d_])"
_SIGNS = rf"{COLON};；|｜=＝>＞→\t(（)）\[\]【】<《》「」『』“”\"‘’'*"
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
    speaker = _speaker(words, talk) if found else None
    dressed = None if speaker else _DRESSED.fullmatch(line)
    plain = _undressed(dressed, talk) if dressed else None
    if plain and (talk.fresh or talk.dressed):
        found, words = parted(plain)
        speaker = _speaker(words, talk)
    strange = None if found and speaker else _strange(line, found, words, dressed, talk)
    other = anybody(talk.mapping)
    if found and strange == words and other and not speaker:
        speaker = talk.speakers[words] = Speaker(other, None)
    if found and speaker:
        text = "" if found.re is _STAMPED else found["text"].strip()
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
    if found is not None and _speaker(words, talk) is not None:
        return True
    dressed = _DRESSED.fullmatch(line)
    return dressed is not None and _undressed(dressed, talk) is not None


def with_colons(lines: list[str], mapping: ColumnMapping) -> list[str]:
    """Return the lines of one cell with a colon in place of the comma that stands behind its speakers (``客服，您好``).

    That is so only where the first line and most others begin so, two sides speak, and no speaker has a colon; anywhere
    else ``业主，您好`` is how one is addressed.
    """
    if not lines or not _COMMA.fullmatch(lines[0]):
        return lines
    parted = [_COMMA.fullmatch(line) for line in lines]
    known = [found and speaker_of(visible(found["speaker"]), mapping) for found in parted]
    if not known[0] or len({who.role for who in known if who}) < 2 or len([*filter(None, known)]) * 2 <= len(lines):
        return lines
    if any(speaks(line, mapping) for line in lines):
        return lines
    return [
        f"{found['begin']}：{found['text']}" if found and who else line
        for line, found, who in zip(lines, parted, known, strict=True)
    ]


def heard(talk: Talk) -> Mapping[str, Field]:
    """Return the turns as columns."""
    columns = list(zip(*talk.rows, strict=True)) or [()] * len(_FIELDS)
    return {key: Field(key, pa.array(column, pa.string())) for key, column in zip(_FIELDS, columns, strict=True)}


def parted(line: str) -> tuple[re.Match[str] | None, str]:
    """Return how a line is parted into speaker, time and text, and the words that may be a speaker."""
    turn = _TURN.fullmatch(line)
    # "客服 12:03" is a speaker with a time above the text, not a speaker who says 03
    stamped = _STAMPED.fullmatch(line) if turn is None or turn["text"].strip()[:2].isdigit() else None
    words = (stamped["speaker"] or stamped["name"]) if stamped else turn["speaker"] if turn else ""
    return stamped or turn, visible(words)


def is_name(found: re.Match[str], words: str) -> bool:
    """True unless what stands before the colon is nobody's name for sure: an hour, a day, and without a time of its own
    a number or the begin of a link.
    """
    text = found["text"] if found.re is _TURN else ""
    hour = _HOUR.search(words) and text[:1].isdigit()  # 明天 10:30
    when = re.fullmatch(_HALF, words) or _WHENCE.match(found.string, max(found.end("speaker") - 1, 0))
    if hour or when or not words:
        return False
    return bool(found["before"] or found["after"]) or not (words.isdigit() or text.startswith("//"))


def visible(words: str) -> str:
    """Return words without characters of no width, and without blanks around them."""
    return _INVISIBLE.sub("", words).strip()


def _undressed(found: re.Match[str], talk: Talk) -> str | None:
    """Return a line whose known speaker stands in brackets, quotes or emphasis, or behind a number, in plain form."""
    who = visible(found["speaker"])
    if not (found["mark"] or found["open"]) or not who or _speaker(who, talk) is None:
        return None
    alone = found["after"] and not found["text"].strip()  # a speaker with a time above the text
    return f"{found['before'] or ''} {who} {found['after'] or ''}{'' if alone else '：' + found['text']}"


def _begins_like_turn(line: str, talk: Talk) -> bool:
    """True when a line begins with a speaker's word in a form that is none of a turn's (``客服（小王，1）：``)."""
    if talk.likeness is None:
        words = "|".join(sorted(map(re.escape, speaker_words(talk.mapping)), key=len, reverse=True))
        any_tail = rf"(?:{_GAP}[{_SIGNS}]|[^{_MARKS}]{{0,20}}[{COLON}])"
        likeness = rf"(?:[\W\d_]|{_WHEN})*(?P<words>(?:{words})(?![A-Za-z]){any_tail})"
        talk.likeness = re.compile(likeness, re.IGNORECASE)
    found = talk.likeness.match(line)
    # where every turn has a time, 客户姓名： is what a turn asks for
    return found is not None and not (talk.stamped and is_label(found["words"]))


def _other_form(line: str) -> str:
    """Return the reason for the rejection of a line that begins with a speaker in a form not to be relied on."""
    begin = line.strip()[:20]
    return f"the line begins like a speaker's turn, but in another form ({begin!r}): write 客服：… or [09:03] 客服：…"


def _speaker(name: str, talk: Talk) -> Speaker | None:
    """Return who the words before a colon mean; the same words mean the same all through the file.

    What the row's own agent is called means an agent only where it means nobody else.
    """
    if name not in talk.speakers:
        talk.speakers[name] = speaker_of(name, talk.mapping)
    known = talk.speakers[name]
    if known is not None:
        return known
    return Speaker("agent", name) if name in talk.agents else talk.cast.get(name)


def _labelled(dressed: re.Match[str] | None) -> re.Match[str] | None:
    """Return what stands before a colon in brackets (``[小林]：``), which may be a speaker; None for any other."""
    return dressed if dressed and dressed["colon"] and not dressed["mark"] else None


def _strange(
    line: str, found: re.Match[str] | None, words: str, dressed: re.Match[str] | None, talk: Talk
) -> str | None:
    """Return whom a line names as its speaker though nobody knows him; None where it names nobody."""
    if found and (found.re is _STAMPED or words in talk.cast):
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
    return label if timed or _LABEL.fullmatch(label) else None


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
    said = words if talk.speakers[words] else None  # the name of the row's agent means nobody in another row
    if not said and words in talk.cast:
        talk.by_name[words, speaker.role] += 1
    talk.rows.append([_current(talk), speaker.role, speaker.name, text, time, end, said])
    talk.lines.append(line)
