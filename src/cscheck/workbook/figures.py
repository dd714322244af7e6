"""The sheets 坐席, 班组 and 周: figures with their intervals, in the order of names and weeks, never of a figure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from xlsxwriter import Workbook

from ..agents import share_columns
from ..categories import Categories
from .cells import NUMBER, PERCENT, WHOLE_PERCENT, Value
from .contents import LACKING
from .sheet import NAME, Column, Sheet
from .source import Source, columns, count, rows

ONE_DIGIT = "0.0"
UNKNOWN = "（未知）"
SHOWN = 6  # categories that are not folded away, the most frequent
LEVELS = {"all": "全体", "team": "班组", "agent": "坐席"}


class Figure(NamedTuple):
    """A column of the tables: its title, what it means, how its numbers are shown, and whether it is folded away."""

    title: str
    meaning: str
    number: str = NUMBER
    folded: bool = False


# In the order of the sheets: first what is read first. The interval of the mean stays in view, for it says who may be
# compared with whom; the others are folded; a column that is not known keeps its name and stands last.
FIGURES = {
    "week": Figure("周", "会话所在的周（ISO 8601）"),
    "level": Figure("层级", "全体、一个班组或一名坐席"),
    "agent_id": Figure("坐席", "坐席的编号，照原始数据；“（未知）”是没有坐席编号的会话"),
    NAME: Figure("坐席姓名", "照原始数据；该编号只有一个姓名时才有"),
    "team": Figure("班组", "照原始数据；坐席的班组是其会话最多的那个"),
    "agents": Figure("坐席数", "班组里的坐席数"),
    "conversations": Figure("会话数", "样本量：会话的数目"),
    "enough_data": Figure("样本足够", "“否”：会话数少于评分方案的规定，这一行只供辅导参考，字色为灰"),
    "score_mean": Figure("平均分", "会话得分的平均", ONE_DIGIT),
    "score_low": Figure("平均分下限", "平均分的 95% 区间（t 区间）；不到两通会话时为空", ONE_DIGIT),
    "score_high": Figure("平均分上限", "同上", ONE_DIGIT),
    "share_passed": Figure("合格率", "得分达到合格线的会话所占的比例；评分方案没有合格线时为空", PERCENT),
    "fatal": Figure("致命会话数", "有致命命中的会话数"),
    "findings_per_100": Figure("每百通命中", "每 100 通会话的命中数", ONE_DIGIT),
    "share_passed_low": Figure("合格率下限", "合格率的 95% 区间（Wilson）", PERCENT, folded=True),
    "share_passed_high": Figure("合格率上限", "同上", PERCENT, folded=True),
    "findings_per_100_low": Figure("每百通命中下限", "95% 区间（gamma–Jeffreys）", ONE_DIGIT, folded=True),
    "findings_per_100_high": Figure("每百通命中上限", "同上", ONE_DIGIT, folded=True),
    "score_shrunk": Figure(
        "收缩平均分",
        "向本表总平均收缩的平均分（经验贝叶斯）：会话越少、本表各行之间的差异越小，收缩越多，所以同样的会话在坐席表和班组表里收缩得不同；"
        "只能在同一次运行的同一张表之内比较；本表的行数少时，对差异的估计很粗",
        ONE_DIGIT,
        folded=True,
    ),
    "shrunk_weight": Figure(
        "自身权重",
        "收缩平均分 = 自身权重 × 平均分 + 其余 × 本表总平均；"
        "0% 表示本表各行之间的差异不超过偶然（不显著），收缩平均分就空着",
        WHOLE_PERCENT,
        folded=True,
    ),
    "rank_low": Figure("名次（最好）", "样本足够者之间可能的最好名次；名次范围重叠的不分先后", folded=True),
    "rank_high": Figure("名次（最差）", "可能的最差名次", folded=True),
}
ENDS = {"": "", "_low": "下限", "_high": "上限"}
SHARES = (
    (
        "各类别占比",
        f"至少有一次该类命中的会话所占的比例（“{LACKING}…占比”：应有而未见的）；"
        f"最常见的 {SHOWN} 类在前，其余的折叠在列上方的加号里；"
        "一次也没有的、没有规则检查的类别不列（Parquet 表里都有）",
    ),
    ("各类别占比下限、上限", "占比的 95% 区间（Wilson）；折叠在列上方的加号里"),
)


def seen_in(table: Source, categories: Categories) -> dict[str, float]:
    """Return the columns in which some row has something; shares with the conversations that they stand for."""
    shares = set(share_columns(categories).values())
    seen: dict[str, float] = {}
    for row in rows(table):
        for name, value in row.items():
            if value is not None:
                seen[name] = seen.get(name, 0) + (value * row["conversations"] if name in shares else 1)
    return {name: seen.get(name, 0) for name in columns(table) if seen.get(name) or name == "agent_id"}


def columns_of(table: Source, categories: Categories, names: Mapping[str, str]) -> dict[str, tuple[Column, str]]:
    """Return the columns of the sheet of a table, with one for the agents' ``names`` where there are some."""
    seen = seen_in(table, categories)
    return figure_columns(seen | ({NAME: 1.0} if names and "agent_id" in seen else {}), categories)


def figure_columns(seen: Mapping[str, float], categories: Categories) -> dict[str, tuple[Column, str]]:
    """Return the columns of a sheet for what is seen in its table, each with what it means; for shares see ``SHARES``.

    What is folded away stands together, behind the figures and the most frequent categories.
    """
    found = {
        name: (Column(figure.title, 12, figure.number, figure.folded), figure.meaning)
        for name, figure in FIGURES.items()
        if name in seen
    }
    shares = {share: key for key, share in share_columns(categories).items() if seen.get(share)}
    first = sorted(shares, key=lambda share: -seen[share])[:SHOWN]
    for share, (polarity, category) in shares.items():
        for end, label in ENDS.items():
            if share + end in seen:
                title = categories.of(polarity)[category].title
                if polarity == "required":
                    title = f"{LACKING}{title.removesuffix('缺失')}"
                found[share + end] = (
                    Column(f"{title}占比{label}", 11, PERCENT, folded=bool(end) or share not in first),
                    "",
                )
    of_shares = {share + end for share in share_columns(categories).values() for end in ENDS}
    found |= {name: (Column(name, 12), "") for name in seen if name not in found and name not in of_shares}
    return dict(
        sorted(found.items(), key=lambda one: (one[1][0].folded, first.index(one[0]) if one[0] in first else -1))
    )


def write_figures(
    book: Workbook, title: str, table: Source, shown: Mapping[str, tuple[Column, str]], names: Mapping[str, str]
) -> None:
    """Write the sheet of one table of figures (agents, teams or weeks), in the table's order; ``names`` are by id.

    Whoever's intervals overlap must not be ranked against each other, so nothing here sorts by a figure.
    """
    sheet = Sheet(book, title, [column for column, _ in shown.values()], count(table), height=None)
    for row in rows(table):
        named = {**row, **_names(row), NAME: names.get(row.get("agent_id") or "")}
        sheet.add([named[name] for name in shown], "" if row["enough_data"] else "grey")
    sheet.finish()


def _names(row: dict[str, Value]) -> dict[str, Value]:
    """Return what stands for names that are not known; a row of all, or of a team, has no agent to name."""
    level = row.get("level", "agent" if "agent_id" in row else "team")
    named: dict[str, Value] = {"level": LEVELS[str(level)]}
    for name, needed in (("week", True), ("team", level == "team"), ("agent_id", level == "agent")):
        if needed and name in row and row[name] is None:
            named[name] = UNKNOWN
    return named
