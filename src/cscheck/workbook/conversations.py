"""The sheet 会话: one row for each agent's part of a conversation, with the terms of its score."""

from __future__ import annotations

from collections.abc import Mapping

from xlsxwriter import Workbook

from ..categories import Categories
from ..explain import band_reason
from ..model import CHANNEL_NAMES
from .contents import Contents
from .findings import FATAL
from .sheet import NAME, Column, Sheet
from .source import columns, count, rows

TITLE = "会话"
NUMBERS, REASON = "finding_numbers", "band_reason"  # columns of the sheet alone
# Column of the table -> title, width, meaning, in the order of the sheet; a column that is not known keeps its name.
TITLES: dict[str, tuple[str, float, str]] = {
    "conversation_id": ("会话ID", 18, "会话的编号，照原始数据；转接过的会话每名坐席一行"),
    "agent_id": ("坐席", 12, "这一部分会话的坐席"),
    NAME: ("坐席姓名", 12, "照原始数据；该编号只有一个姓名时才有"),
    "team": ("班组", 12, "会话所在的班组，照原始数据；筛选它就只看自己的班组"),
    "channel": ("渠道", 9, "电话、在线；原始数据没有说明时是“渠道未知”"),
    "started_at": ("开始时间", 19, "会话开始的时间，照原始数据"),
    "turns": ("话轮数", 8, "这一部分的话轮数"),
    "agent_turns": ("坐席话轮数", 8, "其中坐席的话轮数"),
    "score": (
        "得分",
        8,
        "0–100：基础分 + 加分 − 各维度扣分 + 截断调整 + 致命调整；坐席一句没说的没有可评的：得分只是算式的结果，"
        "等级与合格空着，也不计入坐席的数字",
    ),
    "band": ("等级", 8, "得分够得上、并且容得下最严重的确定命中的最高等级；评分方案没有等级时为空"),
    REASON: (
        "等级说明",
        24,
        "分数够得上更高的等级、因违规的级别而降下来时，说明原因；疑似的命中（置信度低于 1）不影响等级",
    ),
    "passed": ("合格", 6, "得分是否达到合格线；评分方案没有合格线时为空"),
    "fatal": ("致命", 6, "“是”表示有致命的命中"),
    "findings": ("命中数", 8, "命中的数目"),
    NUMBERS: ("命中序号", 12, "该会话的命中在“命中”表里的序号；也可以在那里按会话ID筛选"),
    "errors": ("未能判定", 8, "规则超出时间、没有判定的次数"),
    "not_applicable": ("不适用", 8, "没有触发、因而不检查的规则数"),
    "base": ("基础分", 8, "起始分"),
    "bonus": ("加分", 8, "应做的做到了所加的分"),
    "clamp_adjust": ("截断调整", 8, "把总分带回 0–100 的调整"),
    "fatal_adjust": ("致命调整", 8, "因致命的命中再降的分"),
}


def conversation_columns(names: list[str], categories: Categories, named: bool) -> dict[str, tuple[Column, str]]:
    """Return the columns of the sheet for those of the table, each with what it means; ``named``: agents have names."""
    found = {
        name: (Column(title, width), meaning)
        for name, (title, width, meaning) in TITLES.items()
        if name in names or name in (NUMBERS, REASON) or (name == NAME and named)
    }
    for name in names:
        dimension = categories.dimensions.get(name.removeprefix("deduction_"))
        if dimension is not None:
            found[name] = (Column(f"扣分：{dimension}"), f"维度“{dimension}”封顶以后扣的分")
        elif name not in found:
            found[name] = (Column(name), "")
    return found


def write_conversations(book: Workbook, given: Contents, numbers: Mapping[str, tuple[int, int]]) -> None:
    """Write the sheet; ``numbers`` holds the first and the last number of a conversation's findings."""
    conversations = given.tables["conversations"]
    shown = conversation_columns(columns(conversations), given.categories, bool(given.names))
    sheet = Sheet(book, TITLE, [column for column, _ in shown.values()], count(conversations), height=None)
    for row in rows(conversations):
        first, last = numbers.get(row["conversation_id"], (0, 0))
        row[NUMBERS] = None if not last else str(first) if first == last else f"{first}–{last}"
        row[REASON] = band_reason(round(row["score"] * 100), row["band"], given.scheme) or None
        row[NAME] = given.names.get(row["agent_id"])
        row["channel"] = CHANNEL_NAMES[row["channel"]]
        row["fatal"] = FATAL if row["fatal"] else None
        sheet.add([row[name] for name in shown])
    sheet.finish()
