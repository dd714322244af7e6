"""Details (客户给的信息) of a turn: numbers, addresses and times, in a form in which two turns can be compared."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from heapq import merge
from operator import itemgetter
from typing import NamedTuple

from .normalize import masks

KINDS = ("number", "address", "time", "amount")
_HAN = "零〇幺一二两三四五六七八九"
_DIGITS = str.maketrans(_HAN, "0011223456789")
_BIG = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_COUNT = f"(?:[0-9]+(?:\\.[0-9]+)?|[{_HAN}十百千万]+)"
# 马路、线路 …: words that end like a road and name none
_ROAD = "(?<![马线电网铁走出思一半上回退退让迷套])路|大道|大街|小区|花园|家园|大厦|新村|公寓|广场"
_DAY = "[0-3]?[0-9]|[一二三]?十?[一二三四五六七八九]|[二三]?十"
_UNIT = "块|元|万|公斤|千克|斤|克|kg|g|毫升|ml|厘米|cm|米|寸|平|岁|件|箱|盒|份|台|张|个人|位|分钟|小时|天|个?月|年"
_DIGIT = f"[{_HAN}](?![十百千万])"  # read out digit by digit
_PATTERNS = (
    ("address", rf"{_COUNT}(?:栋|幢|号楼|单元|弄|室|号院)"),
    ("address", rf"[\u3400-\u9fff]{{2,4}}?(?:{_ROAD})(?![\u3400-\u9fff]?[由况线])"),
    ("time", rf"{_COUNT}月{_COUNT}[号日]?"),
    ("time", rf"(?<![大小多少第0-9{_HAN}十百])(?:{_DAY})[号日](?![楼线码店院机链色])"),
    ("time", "(?:周|星期|礼拜)[一二三四五六日天末1-6]"),
    ("time", rf"(?:上午|中午|下午|晚上|早上|凌晨|今晚|明早|明晚){_COUNT}[点时]"),
    ("time", "(?:[0-9]+|[三四五六七八九]|十[一二]?)点(?![击评多])"),
    ("time", "[0-2]?[0-9]:[0-5][0-9]"),
    ("amount", rf"{_COUNT}多?(?:{_UNIT})"),
    # a number that identifies: at least three digits in a row, or letters with at least two
    ("number", rf"(?:[a-z]{{1,4}}[- ]?)?(?:[0-9]|{_DIGIT})(?:[- _]?(?:[0-9a-z]|(?<![十百千万]){_DIGIT}))+"),
)
_NAMED = [f"(?P<k{index}>{source})" for index, (_, source) in enumerate(_PATTERNS)]
_ANY = re.compile("|".join(_NAMED))
# A road may begin with any character. Where none is named, a detail begins with one of a few: quicker to search.
_ROADS = re.compile("路|大道|大街|小区|花园|家园|大厦|新村|公寓|广场")
_ROADLESS = re.compile(f"(?=[0-9a-z{_HAN}十百千万周星礼上中下早凌今明晚])(?:{'|'.join([*_NAMED[:1], *_NAMED[2:]])})")
# one of these signs stands in every detail: most turns have none and are told apart faster by them
SIGNS = "0123456789[〇零幺十百千一二两三四五六七八九周期拜路大小花家新公广"  # of which every detail holds one
_SIGN = re.compile(
    r"[0-9\[〇零幺十百千]|[一二两三四五六七八九][栋幢号单弄室月日点时多块元万公斤克毫厘米寸平岁件箱盒份台张个位分小天年"
    rf"{_HAN}]|[周期拜][一二三四五六日天末]|路|大[道街厦]|小区|花园|家园|新村|公寓|广场"
)
# [数字x] hides any number, so it counts only where a number is named or stands alone
_MASKED = re.compile(
    r"订单|单号|电话|手机|号码|地址|卡号|证|邮箱|order|phone|(?:(?<=号)|(?<=号码)|(?<=号是)|(?<=号:)|^)\[数字"
)
# public hotlines (政务热线) are nobody's number
_HOTLINES = frozenset(("110", "119", "120", "122", "12300", "12305", "12315", "12318", "12345", "12369", "12378"))
_TAIL = 3  # so many digits tell a number by its end (尾号)
_NUMBER = 32  # characters of the longest number that is told by its end


class Detail(NamedTuple):
    """One detail: its kind, the key by which it is compared, and where it stands in the folded text."""

    kind: str
    key: str
    start: int
    end: int


@lru_cache(maxsize=4096)  # the turns of one conversation are compared with one another
def find_details(text: str) -> tuple[Detail, ...]:
    """Return the details of a folded text from left to right.

    Kinds: ``number`` (order, phone, card or model numbers of three or more digits, spoken ones and tails included, and
    placeholders such as ``[订单x]``), ``address`` (七栋, 六零一室, 友谊路), ``time`` (五号, 周六, 下午三点) and
    ``amount`` (六十八块, 四十公斤). In keys spoken digits are figures: 幺三八 is 138, 一百二十九元 is 129元.
    """
    if not _SIGN.search(text):
        return ()
    hidden = masks(text)
    found = [
        Detail("number", text[low:high], low, high)
        for low, high in hidden
        if _MASKED.search(text[:high], max(0, low - 3))
    ]
    for match in (_ANY if _ROADS.search(text) else _ROADLESS).finditer(text):
        low, high = match.span()
        if any(low < end and begin < high for begin, end in hidden):
            continue
        kind = _PATTERNS[int(match.lastgroup[1:])][0] if match.lastgroup else ""
        key = _key(kind, match.group())
        if key:
            found.append(Detail(kind, key, low, high))
    return tuple(sorted(found, key=lambda detail: detail.start))


class Given:
    """The details that one side gave, turn after turn, found again by what names the same thing.

    Two details name the same thing with equal keys; a number also with its beginning or end (尾号) of three or more
    characters, one of at most thirty-two.
    """

    def __init__(self) -> None:
        self.turns = 0  # of that side, looked at so far
        self._whole: defaultdict[tuple[str, str], list[tuple[int, Detail]]] = defaultdict(list)
        self._longer: defaultdict[str, list[tuple[int, Detail]]] = defaultdict(list)  # numbers, by their ends

    def add(self, place: int, details: Sequence[Detail]) -> None:
        """Add the details of the next turn, which stands at ``place``."""
        self.turns += 1
        for detail in reversed(details):
            told = place, detail
            self._whole[detail.kind, detail.key].append(told)
            for end in _ends(detail):
                self._longer[end].append(told)

    def before(self, place: int, detail: Detail) -> Iterator[tuple[int, Detail]]:
        """Yield what was given before ``place`` and names the same: the nearest turn first, left to right."""
        lists = [self._whole.get((detail.kind, key), []) for key in (detail.key, *_ends(detail))]
        if detail.kind == "number":
            lists.append(self._longer.get(detail.key, []))
        lists = [found for found in lists if found]
        ends = [bisect_left(found, place, key=itemgetter(0)) for found in lists]
        earlier = [map(found.__getitem__, range(end - 1, -1, -1)) for found, end in zip(lists, ends, strict=True)]
        return merge(*earlier, key=lambda one: (-one[0], one[1].start))


def _ends(detail: Detail) -> set[str]:
    """The beginnings and ends by which a number is told, without the whole of it; none of any other detail."""
    key = detail.key
    if detail.kind != "number" or len(key) > _NUMBER:
        return set()
    return {part for size in range(_TAIL, len(key)) for part in (key[:size], key[-size:])}


def _key(kind: str, text: str) -> str:
    """The key of a detail; empty where the text is none (too few digits)."""
    if kind == "number":
        key = re.sub("[- _]", "", text.translate(_DIGITS))
        digits = sum(map(str.isdigit, key))
        told = digits >= _TAIL or (digits == 2 and not key.isdigit())
        return key if told and key not in _HOTLINES else ""
    if kind == "address" and not re.match(_COUNT, text):
        return text[-3:] if text.endswith("路") else text[-4:]
    return text if text[0] in "周星礼" else re.sub(_COUNT, lambda found: _figure(found.group()), text)


def _figure(text: str) -> str:
    """A count in figures: 一百二十九 is 129, 六零一 is 601, 1.8 stays."""
    if not any(sign in _BIG for sign in text):
        return text.translate(_DIGITS)
    total = section = digit = 0
    for sign in text:
        if sign == "万":
            total, section, digit = (total + section + digit) * 10000, 0, 0
        elif sign in _BIG:
            section, digit = section + (digit or 1) * _BIG[sign], 0
        else:
            digit = int(sign.translate(_DIGITS))
    return str(total + section + digit)
