"""The sheet 命中: one row a finding, with its words in colour, the norm, advice, and columns for the inspector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from xlsxwriter import Workbook

from ..explain import SEVERITY_NAMES
from ..marks import MATCHED, SEEN, Mark
from ..norms import load_norms
from ..reasons import in_chinese
from .cells import Marked, Value
from .contents import LACKING, Contents
from .sheet import Column, Sheet
from .source import Source, count, rows

TITLE = "命中"
REVIEWS = ("属实", "误判", "存疑")
FATAL = Marked("是", (Mark(0, 1, MATCHED),))
UNDECIDED = "（未能判定）"
NAMED = Column("坐席姓名", 12)
# Each column with what it means, for the sheet 说明.
COLUMNS = {
    Column("序号", 7): "命中的编号；排序、筛选以后也不变，“会话”表用它指到这里",
    Column("会话ID", 18): "会话的编号，照原始数据",
    Column("坐席", 12): "该话轮所属的坐席",
    NAMED: "照原始数据；该编号只有一个姓名时才有",
    Column("班组", 12): "会话所在的班组，照原始数据；筛选它就只看自己的班组",
    Column("轮次", 6): "话轮编号，照原始数据；原始数据没有时从 0 数起；空着表示应有而未见（整通会话里没有）",
    Column("时间", 19): "该话轮开始的时间；没有日期时是距会话开始的 时:分:秒",
    Column("类别", 14): "命中的类别",
    Column("规则标题", 22): f"判定用的规则；“{LACKING}：”开头的是应有而未见的",
    Column("规则ID", 28): "规则的编号",
    Column("级别", 7): "严重、重要、一般，由规则包规定",
    Column("扣分", 7): "该规则一次命中的标价",
    Column("实扣", 7): "按评分方案实际扣掉的分：重复、封顶以后可能少于标价",
    Column("致命", 6): "“是”表示一票否决，会话得分降到评分方案的致命分",
    Column("置信度", 8): "1 表示词句确定命中；低于 1 的由相似度等方法给出",
    Column("原话", 60): "整个话轮；红色加粗是判定所依据的词句，蓝色是见到的线索与上下文",
    Column("前一轮客户的话", 40): "该话轮之前客户最后说的话；应有而未见的，是触发它的那一轮（客服的写明“客服：”）",
    Column("规范依据", 36): "规则所依据的规范条目和出处",
    Column("建议", 44): "给坐席的改进建议",
    Column("出处", 26): "该话轮在原始数据里的文件和行号；应有而未见的，是会话的第一行",
    Column("复核结论", 10, to_fill=True, choices=REVIEWS): "请复核人填写：属实、误判或存疑",
    Column("备注", 30, to_fill=True): "请复核人填写",
}


def finding_columns(named: bool) -> dict[Column, str]:
    """Return the columns of the sheet, each with what it means; ``named``: agents have names."""
    return {column: meaning for column, meaning in COLUMNS.items() if named or column != NAMED}


def write_findings(book: Workbook, given: Contents) -> None:
    """Write the sheet; the excerpts have one row for each finding, in the same order (see ``cscheck.excerpts``)."""
    findings, shown = given.tables["findings"], list(finding_columns(bool(given.names)))
    sheet = Sheet(book, TITLE, shown, count(findings), frozen=2)
    for number, (finding, excerpt) in enumerate(zip(rows(findings), rows(given.excerpts), strict=True), 1):
        style = "grey" if finding["kind"] == "error" else ""
        cells = dict(zip(COLUMNS, _row(number, finding, excerpt, given), strict=True))
        sheet.add([cells[column] for column in shown], style)
    sheet.finish()


def numbers_of(findings: Source) -> dict[str, tuple[int, int]]:
    """Return for each conversation with findings the first and the last number (序号) of its findings."""
    numbers: dict[str, tuple[int, int]] = {}
    for number, finding in enumerate(rows(findings, ["conversation_id"]), 1):
        first, _ = numbers.setdefault(finding["conversation_id"], (number, number))
        numbers[finding["conversation_id"]] = first, number
    return numbers


def _row(number: int, finding: Mapping[str, Any], excerpt: Mapping[str, Any], given: Contents) -> Sequence[Value]:
    failed, rule, categories = finding["kind"] == "error", given.rules[finding["rule_id"]], given.categories
    return (
        number,
        finding["conversation_id"],
        finding["agent_id"],
        given.names.get(finding["agent_id"]),
        excerpt["team"],
        finding["turn_index"],
        excerpt["time"],
        UNDECIDED if failed else categories.of(finding["polarity"])[finding["category"]].title,
        f"{LACKING}：{rule.title}" if finding["polarity"] == "required" and not failed else rule.title,
        finding["rule_id"],
        None if failed else SEVERITY_NAMES[finding["severity"]],
        finding["points"],
        excerpt["deducted"],
        FATAL if finding["fatal"] else None,
        finding["confidence"],
        _words(finding, excerpt["text"], excerpt["due"]),
        excerpt["asked"],
        _grounds(tuple(finding["norms"])),
        in_chinese(finding["message"]) if failed else rule.advice,
        excerpt["source"],
        None,
        None,
    )


def _words(finding: Mapping[str, Any], text: str | None, due: str | None) -> Value:
    """Return the turn with its evidence marked; for a missing thing, why it was due and where it was sought."""
    turn = finding["turn_index"]
    if text is not None:
        marks = [
            Mark(evidence["start"], evidence["end"], SEEN)
            for evidence in finding["evidence"]
            if evidence["turn_index"] == turn and evidence["start"] is not None
        ]
        if finding["start"] is not None:
            marks.append(Mark(finding["start"], finding["end"], MATCHED))
        return Marked(text, tuple(marks))
    searched = "、".join(str(e["turn_index"]) for e in finding["evidence"] if e["kind"] == "searched")
    nearest = (e for e in finding["evidence"] if e["kind"] == "nearest")
    told = [f"（应有而未见。触发：{due}；" if due else "（应有而未见。", f"查找了第 {searched} 轮"]
    told += [f"；最接近的是第 {e['turn_index']} 轮“{e['text']}”" for e in nearest]
    return "".join([*told, "）"])


@lru_cache(maxsize=4096)
def _grounds(norms: tuple[str, ...]) -> str:
    known = load_norms()
    return "；".join(f"{known[norm].title}（《{known[norm].document}》）" for norm in norms)
