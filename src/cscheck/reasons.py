"""Why rows were rejected (拒收) or not decided, as an inspector reads it: in Chinese. The tables keep it in English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

SHOWN = 5  # of the most frequent reasons, where not all are told
_QUOTED = r"(?:'(.*)'|\"(.*)\")"
_VARYING = re.compile(r"'[^']*'|\d+")  # what differs between rows that were rejected for one reason
_WORDS = {
    "conversation id": "会话编号",
    "agent id": "坐席编号",
    "the text": "话轮的文字",
    "conversation_id": "会话编号",
    "role": "角色",
    "text": "内容",
}
# What JSON says of a text that it cannot read.
_JSON = {
    r"Unterminated string starting at \(column (\d+)\)": "JSON 不完整，第 {0} 个字符起的文字没有写完就断了",
    r"Expecting value \(column (\d+)\)": "第 {0} 个字符处缺一个值",
    r"Expecting ',' delimiter \(column (\d+)\)": "第 {0} 个字符处缺逗号或右括号",
    r"Expecting ':' delimiter \(column (\d+)\)": "第 {0} 个字符处缺冒号",
    r"Expecting property name enclosed in double quotes \(column (\d+)\)": "第 {0} 个字符处应是双引号里的键",
    r"Illegal trailing comma before end of .* \(column (\d+)\)": "第 {0} 个字符处的逗号是多余的",
    r"Extra data \(column (\d+)\)": "第 {0} 个字符起是多余的内容",
    r"Invalid control character at \(column (\d+)\)": "第 {0} 个字符是控制字符（如没有转义的换行）",
    r"Invalid \\.* \(column (\d+)\)": "第 {0} 个字符处的反斜杠用错了",
    "maximum recursion depth exceeded.*": "嵌套太深",
    "it has single quotes, and cannot be read as Python's either": "用的是单引号，按 Python 的写法也读不出",
}
# What the readers and ``gather`` say of a row, and what a pattern out of time says, with what it is in Chinese. Where
# two groups stand for one thing (quotes of either kind) the one that is there counts.
REASONS = {
    "empty text": "话轮没有文字（轮次和时间仍然算数）",
    "empty dialogue": "对话单元格是空的",
    "no conversation id": "没有会话编号",
    "no role": "没有角色",
    "no text": "没有话轮的文字",
    rf"unknown role {_QUOTED} \(known are .*; in a mapping file: (roles: \{{.*\}}).*\)": (
        "认不出角色“{0}”：在映射文件里写明 {1}，"
        "问号换成 agent（客服）、customer（客户）、bot（机器人）或 system（系统）"
    ),
    rf"the (conversation id|agent id) {_QUOTED} has lost digits: .*": "{0}“{1}”已丢失位数：请把编号列设成文本再导出",
    "the (conversation id|agent id) (.+) is neither text nor a number": "{0} {1} 既不是文字也不是数字",
    rf"the turn index {_QUOTED} is not a whole number": "轮次“{0}”不是整数",
    r"the time '(.*)' in '(.*)' cannot be read \(.*\)": (
        "“{1}”列的时间“{0}”读不懂（可以是 秒、毫秒、时:分:秒、分:秒、Unix 时间、1970 到 2199 年的日期时间，"
        "如 2024-01-02 09:03:00）"
    ),
    r"the row has (\d+) fields, the header has (\d+)": "这一行有 {0} 个字段，表头有 {1} 个",
    "the quotes of the row cannot be read: (.*)": "这一行的引号不成对（{0}）",
    rf"the line begins like a speaker's turn, but in another form \({_QUOTED}\): .*": (
        "这一行像是一句话的开头，但写法不同（{0}）：请写成 客服：… 或 [09:03] 客服：…"
    ),
    r"the line names no speaker \(.*\) and goes on with no known turn": (
        "这一行没有写明说话人（客服：…、客户：…），前面也没有可以接上的话"
    ),
    rf"{_QUOTED} speaks in the middle of the line: .*": (
        "一行里还有“{0}”在说话：请在映射文件里用 line_separator 写明用什么分行"
    ),
    r"not valid JSON: (.*); the cell is full \((\d+) characters\), it was cut": (
        "不是有效的 JSON（{0}）：单元格已满 {1} 字，导出时被截断，请导出成 CSV"
    ),
    "not valid JSON: (.*)": "不是有效的 JSON（{0}）",
    "the line is not a JSON object": "这一行不是 JSON 对象",
    rf"the list {_QUOTED} is empty": "列表“{0}”是空的",
    "no list of turns; the keys are: (.*)": "没有话轮的列表；这一行的键有：{0}",
    "several lists may be the turns: (.*): say which .*": (
        "有几个列表都可能是话轮（{0}）：请在映射文件的 columns 里用 turns 写明"
    ),
    "the turn is not a JSON object but (.*)": "话轮不是 JSON 对象，而是 {0}",
    "the text of the turn is not a text but a list or an object": "话轮的文字不是文本，而是列表或对象",
    "(?:the turn holds )?a lone surrogate .*": "含有半个字符（不成对的代理码），原文已损坏",
    "(the text|the column .*) holds a lone surrogate .*": "{0}含有半个字符（不成对的代理码），原文已损坏",
    "(the text|the column .*) holds a list or an object, not a text": "{0}不是文本，而是列表或对象",
    "(the text|the column .*) holds an id that is neither text nor a number": "{0}里的编号既不是文字也不是数字",
    "(the text|the column .*) is not valid UTF-8": "{0}不是有效的 UTF-8 编码",
    r"a second turn (\d+) of this conversation: .*": "这通会话已有第 {0} 轮：先出现的一行算数",
    "no turn_index, though .*": "没有轮次，而这通会话的其他话轮（也许在别的文件里）有",
    "the same turn as in (.*)": "与 {0} 是同一句话（重复导出）",
    "the sheet is no transcript: no column for (.*); the file has: (.*); accepted names: .*": (
        "这张表不是会话记录：没有{0}列；表里的列有：{1}"
    ),
    "the sheet is no transcript: no column name is known, .*; the first row is: (.*); needed are .*": (
        "这张表不是会话记录：认不出任何列名；第一行是：{0}"
    ),
    "the sheet is no transcript: the column mapping names the column (.*) for .*, but the file has: .*": (
        "这张表不是会话记录：没有映射文件指定的列 {0}"
    ),
    "the sheet has no rows below its header": "这张表的表头下面没有数据",
    r"the mapping names other sheets \(sheets\)": "映射文件指定了别的工作表（sheets）",
    "pattern (.*) ran out of its (.*) s": "没有判定完，请人工看：{0} 超过了 {1} 秒的时限",
    "a notebook, no transcript": "是笔记本（notebook），不是会话记录",
    "a text about files, no transcript": "是说明文字，不是会话记录",
}


@dataclass
class Counted:
    """Counted reasons; those that differ in a quoted value or a figure alone are one, shown as it was met first."""

    counts: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)

    def add(self, reason: str, shown: str = "") -> None:
        """Count one row; ``shown`` is how to show the reason, with the row's place."""
        kind = _kind(reason)
        self.counts[kind] += 1
        self.first.setdefault(kind, shown or reason)

    def update(self, reasons: Iterable[str]) -> None:
        """Count several rows."""
        for reason in reasons:
            self.add(reason)

    def most_common(self, count: int | None = None) -> list[tuple[str, int]]:
        """Return the most frequent reasons with the number of their rows."""
        return [(self.first[kind], number) for kind, number in self.counts.most_common(count)]


@lru_cache(maxsize=4096)
def _kind(reason: str) -> str:
    return _VARYING.sub("", reason)


def most_frequent(reasons: Sequence[tuple[str, int]]) -> Iterator[str]:
    """Yield the first of some reasons with the number of their rows, in Chinese, and how many there are in all."""
    yield from (f"{count} 行：{in_chinese(reason)}" for reason, count in reasons[:SHOWN])
    if len(reasons) > SHOWN:
        yield f"…等 {len(reasons)} 种原因"


@lru_cache(maxsize=4096)
def in_chinese(reason: str) -> str:
    """Return the reason of a row in Chinese; one that is not known stays as it is."""
    for pattern, told in _patterns():
        found = pattern.fullmatch(reason)
        if found:
            return told.format(*(_said(group) for group in found.groups() if group is not None))
    return reason


def _said(group: str) -> str:
    """Return one part of a reason in Chinese, where it is one of those that the readers name."""
    column = re.fullmatch("the column (.*)", group)
    if column:
        return f"“{column[1][1:-1]}”列"
    for pattern, told in _JSON.items():
        found = re.fullmatch(pattern, group)
        if found:
            return told.format(*found.groups())
    if re.fullmatch("'[^']*'(?: or '[^']*')+", group):
        return "或".join(f"“{name}”" for name in re.findall("'([^']*)'", group))
    return _WORDS.get(group, group)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern, re.DOTALL), told) for pattern, told in REASONS.items())
