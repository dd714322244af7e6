"""Reviewed findings (复核过的命中): the sheet in which inspectors said of each finding whether it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa

from ..categories import POLARITIES, load_categories
from ..errors import InputError, Problem
from ..readers.lexicon import fold_name
from .labels import category_of
from .measure import share

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "conversation_id": ("会话ID", "conversation_id"),
    "turn_index": ("轮次", "turn_index"),
    "rule_id": ("规则ID", "规则编号", "rule_id"),
    "category": ("类别", "category"),
    "title": ("规则标题", "title"),
    "conclusion": ("复核结论", "复核结果", "复核", "conclusion", "review"),
}
_CONCLUSIONS: Mapping[str, tuple[str, ...]] = {
    "confirmed": ("属实", "成立", "正确", "是", "对", "√", "✓", "confirmed", "true", "yes", "1", "tp"),
    "false_alarm": (
        "误判",
        "误报",
        "不属实",
        "不成立",
        "错误",
        "否",
        "错",
        "×",
        "✗",
        "false",
        "no",
        "0",
        "fp",
    ),
    "doubtful": ("存疑", "待定", "?", "？", "doubtful"),
    "open": ("",),
}
_BY_WORD = {fold_name(word): conclusion for conclusion, words in _CONCLUSIONS.items() for word in words}
REVIEWED = pa.schema(
    [(name, pa.string()) for name in ("rule_id", "title", "category", "category_title")]
    + [(name, pa.int64()) for name in ("findings", "tp", "fp", "doubtful", "open")]
    + [(f"{name}{end}", pa.float64()) for name in ("precision", "recall") for end in ("", "_low", "_high")]
)


class Reviewed(NamedTuple):
    """One finding and what the inspector said of it: confirmed, false_alarm, doubtful or open (not yet reviewed).

    ``title`` is that of the rule, ``category_title`` that of the category, in Chinese.
    """

    rule_id: str
    category: str
    conclusion: str
    title: str = ""
    category_title: str = ""


def conclusion_of(word: str) -> str | None:
    """Return what an inspector's word means: confirmed, false_alarm, doubtful or open; None where it is none."""
    return _BY_WORD.get(fold_name(word))


def is_review(frame: pd.DataFrame) -> bool:
    """True where a table has a column for the rule and one for the conclusion."""
    known = review_columns(frame)
    return "rule_id" in known and "conclusion" in known


def review_rows(frame: pd.DataFrame, name: str) -> list[Reviewed]:
    """Read the rows of a reviewed sheet; a row without a rule (a blank or a sum) is passed over.

    Raises:
        InputError: I155, a conclusion is none of 属实, 误判, 存疑 or empty, or nothing was reviewed.
    """
    columns = review_columns(frame)
    found, problems = [], []
    for line, cells in zip(frame.index, frame.to_dict("records"), strict=True):
        given = {key: str(cells[column]).strip() for key, column in columns.items()}
        if not given["rule_id"]:
            continue
        conclusion = conclusion_of(given["conclusion"])
        if conclusion is None:
            message = f"the conclusion (复核结论) must be 属实, 误判, 存疑 or empty (got {given['conclusion']!r})"
            problems.append(Problem(name, line, 0, "I155", message))
            continue
        category = given.get("category", "")
        of = next((polarity for polarity in POLARITIES if category_of(category, polarity)), None)
        known = category_of(category, of) if of else None
        shown = load_categories().of(of)[known].title if known else category
        found.append(Reviewed(given["rule_id"], known or category, conclusion, given.get("title", ""), shown))
    if not problems and all(one.conclusion == "open" for one in found):
        problems = [Problem(name, 0, 0, "I155", "no finding is reviewed: fill in 复核结论 with 属实, 误判 or 存疑")]
    if problems:
        raise InputError(problems)
    return found


def review_figures(rows: Sequence[Reviewed]) -> dict[str, pa.Table]:
    """Return the precision of rules and of categories, as tables ``rules`` and ``categories``.

    Doubtful and open findings count neither way. Recall is null: a sheet of findings does not show what was missed.
    The interval is Wilson's (1927, JASA 22).
    """
    return {"categories": _table(rows, by_rule=False), "rules": _table(rows, by_rule=True)}


def review_columns(frame: pd.DataFrame) -> dict[str, str]:
    """Return the columns of a reviewed sheet that a table has, by what they hold."""
    folded = {fold_name(str(column)): str(column) for column in frame.columns}
    found: dict[str, str] = {}
    for key, names in _COLUMNS.items():
        for name in names:
            if fold_name(name) in folded:
                found.setdefault(key, folded[fold_name(name)])
    return found


def _table(rows: Sequence[Reviewed], by_rule: bool) -> pa.Table:
    counts: dict[tuple[str, str], Counter[str]] = {}
    titles: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows:
        key = row.rule_id if by_rule else "", row.category
        counts.setdefault(key, Counter())[row.conclusion] += 1
        titles.setdefault(key, {"title": row.title, "category_title": row.category_title})
    made: list[dict[str, Any]] = []
    for (rule_id, category), seen in sorted(counts.items()):
        right, wrong = seen["confirmed"], seen["false_alarm"]
        figures: dict[str, Any] = {"rule_id": rule_id, "category": category, "findings": seen.total()}
        figures |= titles[rule_id, category]
        figures |= {"tp": right, "fp": wrong, "doubtful": seen["doubtful"], "open": seen["open"]}
        made.append(figures | share("precision", right, right + wrong))
    table = pa.Table.from_pylist(made, REVIEWED)
    return table if by_rule else table.drop_columns(["rule_id", "title"])
