"""``cscheck diff``: what changed between two runs over the same transcripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..checks import plain
from .options import faults, filled

if TYPE_CHECKING:
    from ..changes import Changes

Run = Annotated[
    str, typer.Argument(metavar="FOLDER", help="Result folder (结果文件夹) of cscheck score.", callback=filled)
]


def diff(
    before: Run,
    after: Run,
    examples: Annotated[
        int, typer.Option(min=0, help="Changed findings (命中) shown of each rule; 0 shows all.", metavar="N")
    ] = 5,
) -> None:
    """Compare two runs (前后对比) over the same transcripts: try a changed rule on the past.

    Score last week's files with the rules as they are and as you want them; this shows which findings (命中) came and
    went, rule by rule, and which scores (得分) changed.
    """
    from ..changes import compare

    with faults():
        found = compare(before, after)
    print("\n".join(_lines(found, examples)))


def _lines(found: Changes, examples: int) -> Iterator[str]:
    counts, changed = found.counts, found.findings["change"].value_counts()
    yield (
        f"命中 {counts['findings_before']} → {counts['findings_after']}："
        f"新增 {changed.get('added', 0)}，消失 {changed.get('removed', 0)}"
    )
    yield (
        f"会话 {counts['parts']} 段：{counts['touched']} 段命中有变，{len(found.conversations)} 段评分有变，"
        f"合格 {counts['passed_before']} → {counts['passed_after']}"
    )
    (before, _), (after, _) = found.schemes
    if found.schemes[0] != found.schemes[1]:
        yield f"两次用的评分方案不同（{before}、{after}）：评分有变不都是规则的缘故"
    of_rule = dict(iter(found.findings.groupby("rule_id", sort=False)))
    for rule in found.rules.to_dict("records"):
        yield ""
        yield f"{rule['rule_id']}：{rule['before']} → {rule['after']}（新增 {rule['added']}，消失 {rule['removed']}）"
        rows = of_rule[rule["rule_id"]].to_dict("records")
        shown = rows[: examples or None]
        yield from map(_finding, shown)
        if len(rows) > len(shown):
            yield f"  …… 另有 {len(rows) - len(shown)} 条（--examples 0 全部列出）"
    if len(found.conversations):
        yield ""
        yield "评分有变的会话："
        yield from map(_rescored, found.conversations.to_dict("records"))


def _finding(row: dict[str, Any]) -> str:
    sign = {"added": "+", "removed": "-"}[row["change"]]
    turn = "" if row["turn_index"] != row["turn_index"] else f" 第 {row['turn_index']:.0f} 轮"
    said = row["matched"] if isinstance(row["matched"], str) else row["message"]
    sure = f"（疑似 {row['confidence']:g}）" if row["confidence"] < 1 else ""
    return plain(f"  {sign} {row['conversation_id']}{turn}：{said}{sure}")


def _rescored(row: dict[str, Any]) -> str:
    agent = f" 坐席 {row['agent_id']}" if isinstance(row["agent_id"], str) else ""
    bands = f"，{row['band_before']} → {row['band_after']}" if row["band_before"] != row["band_after"] else ""
    fatal = "，致命" if row["fatal_after"] and not row["fatal_before"] else ""
    return plain(
        f"  {row['conversation_id']}{agent}：{row['score_before']:g} → {row['score_after']:g} 分{bands}{fatal}"
    )
