"""One line of talk taken apart: a time, who may be its speaker, and the text."""

from __future__ import annotations

import re

from .lexicon import ColumnMapping
from .roles import speaker_of

COLON = ":：﹕∶︰︓꞉"
MARKS = f"{COLON}，。！？,!?"
_UNSEEN = "\u00ad\u200b-\u200f\u2060\ufeff"  # of no width
_INVISIBLE = re.compile(f"[{_UNSEEN}]")
GAP = rf"[\s{_UNSEEN}]*+"  # possessive: a line of blanks must not be tried in every way
HALF = "(?:凌晨|早上|上午|中午|下午|晚上)"
_CLOCK = rf"(?:{HALF}\s*+)?\d{{1,2}}[:：]\d{{2}}(?:[:：]\d{{2}}(?:[.,]\d{{1,6}})?)?(?:\s*+[AaPp][Mm](?![A-Za-z]))?"
_SHORT = r"\d{1,2}(?:[-/.]\d{1,2}(?=[T\s])|月\d{1,2}日?)"  # without its year
_DAY = rf"(?:\d{{4}}[-/.年]\d{{1,2}}[-/.月]\d{{1,2}}日?|(?<!\d){_SHORT})[T\s]*+"
_SPEAKER = rf"[^{MARKS}\[【][^{MARKS}]{{0,29}}?"


def _time(name: str) -> str:
    """Return the pattern of a time, perhaps in brackets, perhaps with an end (``[00:03-00:07]``)."""
    to = r"\s*+(?:-->|--|-|–|—|~|～|至|到)\s*+"
    return rf"[\[【(（]?\s*+(?P<{name}>(?:{_DAY})?{_CLOCK})(?:{to}(?P<{name}_end>{_CLOCK}))?\s*+[\]】)）]?"


TURN = re.compile(
    rf"{GAP}(?:{_time('before')}{GAP})?(?P<speaker>{_SPEAKER}){GAP}(?:{_time('after')})?{GAP}[{COLON}](?P<text>.*)"
)
# 云帆旗舰店:小美 (2026-09-01 10:00:00): an account with a colon in its name
_ACCOUNT = rf"[:：][^{MARKS}\s]{{1,20}}(?=\s++[\[【(（]?\s*+{_DAY})"
STAMPED = re.compile(
    rf"{GAP}(?:{_time('before')}{GAP}(?P<speaker>{_SPEAKER})|(?P<name>{_SPEAKER}(?:{_ACCOUNT})?)\s++{_time('after')}){GAP}"
)
_DATED = re.compile(rf"\s[\[【(（]?\s*{_DAY}{_CLOCK}\s*[\]】)）]?\s*$")
# a name: 王女士, 小王(0012), 王 小明
LABEL = re.compile(r"[^\W_]{1,8}(?:\s*[(（<【\[].{1,16}[)）>】\]])?|[^\W\d_]{1,8}(?:[ \t　·•._-][^\W\d_]{1,8}){1,2}")
_BARE = re.compile(rf"{GAP}{_SHORT}")
_HOUR = re.compile(r"(?<![^\s\u3400-\u9fff])\d{1,2}$")
_WHENCE = re.compile(rf"[\u3400-\u9fff]{HALF}")  # 明天下午3:05 is no time of sending
_CLOSED = "*_”\"」』’'\\]】"
_MARK = r"(?:[>＞]|[#*•●◆■▪·-]++(?=\s)|[(（]?\d{1,4}[.．、)）])"
DRESSED = re.compile(
    rf"{GAP}(?P<mark>(?:{_MARK}{GAP})*)(?P<before>{_time('begin')})?{GAP}"
    rf"(?P<open>[*_]{{1,3}}|[“\"「『‘'\[【])?{GAP}(?P<speaker>[^{MARKS}{_CLOSED}]{{1,30}}?){GAP}"
    rf"(?(open)(?:[{_CLOSED}]{{1,3}}{GAP}(?P<after>{_time('then')})?{GAP}(?P<colon>[{COLON}])?"
    rf"|[{COLON}][{_CLOSED}]{{1,3}})|[{COLON}])(?P<text>.*)"
)
# "客服：您好 客户：在吗" on one line: another speaker behind a blank, a mark or the end of a sentence
_INNER = re.compile(
    rf"[\s|;；/。！？!?~…)）→>＞&*#@\\][\[【]?([^\s|;；/{COLON}，。！？\[【\]】]{{1,20}})[\]】]?\s*[{COLON}]\s*(\d?)"
)
_LABELLED = re.compile(
    rf"([\u3400-\u9fff]{{2,8}})(?:[\])）】]|\s*[\[(（]?\s*(?:{_DAY})?{_CLOCK}\s*[\])）]?)?\s*[{COLON}]"
)
COMMA = re.compile(rf"(?P<begin>{GAP}(?:{_time('before')}{GAP})?(?P<speaker>{_SPEAKER})){GAP}[,，](?P<text>.*)")
WHEN = "[年月日时点分秒号]|上午|下午|中午|早上|晚上|凌晨|(?:星期|周)[一二三四五六日天]|[A-Za-z]{1,4}(?![^\\W\\d_])"
SIGNS = rf"{COLON};；|｜=＝>＞→\t(（)）\[\]【】<《》「」『』“”\"‘’'*"


def parted(line: str) -> tuple[re.Match[str] | None, str]:
    """Return how a line is parted into speaker, time and text, and the words that may be a speaker."""
    turn = TURN.fullmatch(line)
    # "客服 12:03" is a speaker with a time above the text, not a speaker who says 03
    above = turn is None or turn["text"].strip()[:2].isdigit() or _is_account(turn)
    stamped = STAMPED.fullmatch(line) if above else None
    words = (stamped["speaker"] or stamped["name"]) if stamped else turn["speaker"] if turn else ""
    return stamped or turn, visible(words)


def _is_account(turn: re.Match[str]) -> bool:
    """True where what seems a turn is an account with its time: its speaker is nobody, its text ends so."""
    dated = _DATED.search(turn["text"])
    return dated is not None and speaker_of(visible(turn["speaker"]), ColumnMapping()) is None


def is_name(found: re.Match[str], words: str) -> bool:
    """True unless what stands before the colon is nobody's name for sure: an hour, a day, and without a time of its own
    a number or the begin of a link; and what comes behind a day without a year (9月3日 14:00 师傅上门：请留人).
    """
    if found["before"] and _BARE.match(found.string) and speaker_of(words, ColumnMapping()) is None:
        return False
    text = found["text"] if found.re is TURN else ""
    hour = _HOUR.search(words) and text[:1].isdigit()  # 明天 10:30
    when = re.fullmatch(HALF, words) or _WHENCE.match(found.string, max(found.end("speaker") - 1, 0))
    if hour or when or not words:
        return False
    return bool(found["before"] or found["after"]) or not (words.isdigit() or text.startswith("//"))


def visible(words: str) -> str:
    """Return words without characters of no width, and without blanks around them."""
    return _INVISIBLE.sub("", words).strip()


def inner_speakers(text: str) -> list[tuple[str, str]]:
    """Return the words before a colon behind a blank or a mark, which may be speakers, each with a figure behind."""
    return _INNER.findall(text) if any(colon in text for colon in COLON) else []


def labels_in(text: str) -> list[str]:
    """Return the Han words right before a colon, wherever they stand, also with a bracket or a time between."""
    return _LABELLED.findall(text) if any(colon in text for colon in COLON) else []
