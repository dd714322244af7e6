"""The sheet 说明: how to review, how a score comes about, what the figures allow, what was run, what columns mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from xlsxwriter import Workbook

from ..categories import POLARITIES, Categories
from ..explain import SEVERITY_NAMES
from ..scheme import FULL, Band, Scheme
from . import findings, rejects
from .contents import Contents
from .conversations import TITLE as CONVERSATIONS
from .conversations import conversation_columns
from .figures import SHARES
from .sheet import Column, Sheet
from .source import columns, count

TITLE = "说明"
Note = tuple[str, str, str]
REVIEW = (
    (
        "怎么复核",
        "保存",
        "先把本文件另存为一个新的名字再填写；同一个输出文件夹再次运行时，改动过的 qa.xlsx 不会被覆盖，运行会停下来提示",
    ),
    ("怎么复核", "填写", "在“命中”表里看“原话”和“前一轮客户的话”，在“复核结论”列选 属实、误判 或 存疑，需要时写“备注”"),
    ("怎么复核", "查找", "用筛选看一名坐席、一个类别或一条规则；从“会话”表找命中，用“命中序号”或会话ID"),
)
LIMITS = (
    ("限度", "看不见的", "只看文字记录：语气、音量看不到；规则没有描述的说法找不到；承诺是否属实需要业务数据"),
    ("限度", "排名", "平均分的区间重叠的两名坐席不分先后；“样本足够”为“否”的行只供辅导参考"),
    ("限度", "命中", "命中是交给人复核的材料，不是处罚的依据"),
)
STYLES = {
    "deduct": "扣分制：命中扣分，做到了不加分",
    "add": "得分制：应做的做到多少得多少分，命中不扣分",
    "both": "加减分制：命中扣分，应做的做到了加分",
}
REPEATS = {"once": "只扣一次", "per_hit": "按次扣"}
COUNTS = {
    "files": "文件",
    "conversations": "会话",
    "turns": "话轮",
    "findings": "命中",
    "errors": "未能判定",
    "rejects": "拒收的行",
    "agents": "坐席",
}


def write_notes(book: Workbook, given: Contents, figures: Mapping[str, Mapping[str, tuple[Column, str]]]) -> None:
    """Write the sheet; ``figures`` are the columns of the sheets of figures, each with what it means."""
    conversations = columns(given.tables["conversations"])
    tables = {title: [*_meanings(shown), *SHARES] for title, shown in figures.items()}
    tables[CONVERSATIONS] = _meanings(conversation_columns(conversations, given.categories, bool(given.names)))
    tables[findings.TITLE] = [
        (column.title, meaning) for column, meaning in findings.finding_columns(bool(given.names)).items()
    ]
    if count(given.tables["rejects"]):
        tables[rejects.TITLE] = _meanings(rejects.COLUMNS)
    notes = [*REVIEW, *_scores(given.scheme, given.categories), *LIMITS, *_run(given.record)]
    notes += [(f"列：{sheet}", title, meaning) for sheet, pairs in tables.items() for title, meaning in pairs]
    sheet = Sheet(book, TITLE, [Column("主题", 14), Column("项目", 26), Column("内容", 100)], len(notes), 0, None)
    for note in notes:
        sheet.add(note)
    sheet.finish()


def _meanings(shown: Mapping[str, tuple[Column, str]]) -> list[tuple[str, str]]:
    return [(column.title, meaning) for column, meaning in shown.values() if meaning]


def _scores(scheme: Scheme, categories: Categories) -> Iterator[Note]:
    def points(amounts: Iterable[tuple[str, int]]) -> str:
        return "，".join(f"{name} {amount / 100:g} 分" for name, amount in amounts)

    topic = "得分怎么来"
    yield topic, "评分方案", scheme.title
    yield topic, "算式", "得分 = 基础分 + 加分 − 各维度扣分 + 截断调整 + 致命调整；每一项都在“会话”表里，逐行相等"
    yield topic, "起点", f"每通会话从 {scheme.base / 100:g} 分起；有致命命中的最多 {scheme.fatal_score / 100:g} 分"
    yield (
        topic,
        "标价",
        (
            points((SEVERITY_NAMES[name], amount) for name, amount in scheme.severity_points.items())
            + "；评分方案对规则、类别的另行规定以及规则自带的分值优先"
        ),
    )
    yield topic, "记分方式", STYLES[scheme.style]
    weights = [(categories.dimensions[name], weight) for name, weight in scheme.dimension_weights.items()]
    if weights:
        yield topic, "维度权重", "，".join(f"{title} × {weight / 100:g}" for title, weight in weights)
    forbidden, required = (REPEATS[scheme.repeat.get(polarity, "per_hit")] for polarity in POLARITIES)
    limit = "" if scheme.rule_cap_hits is None else f"，同一条规则最多扣 {scheme.rule_cap_hits} 次"
    yield (
        topic,
        "重复",
        f"不该说的{forbidden}{limit}；应有而未见的{required}；同一处词句同类只扣一次，先算确定的，再算标价高的",
    )
    caps = ((title, scheme.dimension_caps.get(name, FULL)) for name, title in categories.dimensions.items())
    yield topic, "维度封顶", points(caps)
    yield topic, "不适用", "没有触发的规则不检查、不扣分"
    if scheme.pass_mark is not None:
        yield topic, "合格线", f"{scheme.pass_mark / 100:g} 分"
    if scheme.bands:
        yield topic, "等级", "，".join(map(_band, scheme.bands))
    yield topic, "样本足够", f"会话数不少于 {scheme.enough_conversations}"


def _band(band: Band) -> str:
    worst = f"（最严重的确定命中不超过“{SEVERITY_NAMES[band.worst]}”）" if band.worst else ""
    return f"{band.title} {band.lowest / 100:g} 分起{worst}"


def _run(record: Mapping[str, Any]) -> Iterator[Note]:
    topic = "这次运行"
    yield topic, "版本", f"cscheck {record['cscheck']}，Python {record['python']}"
    for pack in record["packs"]:
        yield topic, f"规则包 {pack['id']}", f"版本 {pack['version']}，{pack['rules']} 条规则"
    yield topic, "规则包摘要", record["pack_digest"]
    yield topic, "评分方案", f"{record['scheme']}，摘要 {record['scheme_digest']}"
    for name, digest in record["inputs"].items():
        yield topic, "输入", f"{name}，SHA-256 {digest}"
    counts = record["counts"]
    yield topic, "数目", "，".join(f"{title} {counts[name]}" for name, title in COUNTS.items() if name in counts)
    if not record["reproducible"]:
        yield topic, "不可重现", "有规则超出时间、没有判定，再次运行的结果可能不同"
