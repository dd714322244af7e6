"""``cscheck score``: transcripts to findings, conversations and agents."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import pyarrow.compute as pc
import pyarrow.parquet as pq
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ..checker import Checker
from ..condition import walk
from ..job import JobSummary, Step
from ..operators import Scoped
from ..outfolder import WORKBOOK
from ..program import conditions_of
from ..reasons import Counted, most_frequent
from ..rule import Rule
from .options import Inputs, Layout, Packs, Scheme, faults, filled, mapping_of, tell


def score(
    inputs: Inputs,
    out: Annotated[
        str,
        typer.Option(
            "--out",
            help="Folder for the result tables; new, or that of an earlier run.",
            metavar="FOLDER",
            callback=filled,
        ),
    ],
    pack: Packs = None,
    scheme: Scheme = "standard",
    layout: Layout = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes to score with.", metavar="N")] = 1,
    excel: Annotated[bool, typer.Option("--excel", help="Write the workbook (质检工作簿) qa.xlsx too.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="End with exit code 1 when a row was rejected.")] = False,
) -> None:
    """Score transcripts (打分) and write the result tables.

    Findings (命中), conversations (会话), agents (坐席), teams (班组), weeks (周) and rejected rows (拒收) as Parquet.
    """
    with faults():
        mapping = mapping_of(layout)
        checker = Checker(pack or ["base"], scheme)
        with _progress(excel) as progress:
            summary = checker.score_files(inputs, out, mapping=mapping, workers=workers, excel=excel, progress=progress)
    tell("\n".join(_told(summary, checker.library.rules, excel)))
    kept = Path(out) / WORKBOOK
    if not excel and kept.exists():  # one that nobody had changed is gone by now
        message = (
            "is of an earlier run, not of this one: it was kept because it was changed (复核) after it was written"
        )
        print(f"{kept} {message}", file=sys.stderr)
    if strict and summary.rejects:
        raise typer.Exit(1)


@contextmanager
def _progress(excel: bool) -> Iterator[Callable[[Step], None] | None]:
    """A progress bar on a terminal; nothing in a pipe."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        titles = {"read": "reading", "score": "scoring"} | ({"write": "writing"} if excel else {})
        tasks = {stage: bar.add_task(title, total=None) for stage, title in titles.items()}
        yield lambda step: bar.update(tasks[step.stage], completed=step.done, total=step.total)


def _told(summary: JobSummary, rules: Sequence[Rule], excel: bool) -> Iterator[str]:
    """Yield the lines that tell what a run did, in the words of the reports."""
    counts = f"{summary.conversations} 通会话，{summary.turns} 个话轮，{summary.agents} 名坐席"
    yield f"读了 {summary.files} 个文件：{counts}"
    yield f"命中 {summary.findings} 处"
    yield from _without_channel(summary, rules)
    if summary.errors:
        yield f"未能判定 {summary.errors} 处：规则超出时间，再次运行的结果可能不同"
    if summary.rejects:
        table = Path(summary.out) / "rejects.parquet"
        yield f"拒收 {summary.rejects} 行（逐行见 {table}），原因："
        reasons = Counted()
        reasons.update(pq.read_table(table, columns=["reason"])["reason"].to_pylist())
        yield from (f"  {line}" for line in most_frequent(reasons.most_common()))
    yield f"结果在 {summary.out}" + (f"，复核用的工作簿是 {Path(summary.out) / WORKBOOK}" if excel else "")


def _without_channel(summary: JobSummary, rules: Sequence[Rule]) -> Iterator[str]:
    """Yield how conversations of no known channel were judged, and how to name it, where some rule asks for one."""
    if not any(map(_by_channel, rules)):
        return
    table = pq.read_table(Path(summary.out) / "conversations.parquet", columns=["conversation_id", "channel"])
    count = pc.count_distinct(table["conversation_id"].filter(table["channel"].is_null())).as_py()
    if count:
        titles = [rule.title for rule in rules if rule.channel == "call"]
        such = f"（{'、'.join(titles[:3])}{'等' if len(titles) > 3 else ''}）" if titles else ""
        yield f"渠道未知的会话有 {count} 通：按在线处理，只对电话的规则{such}不检查"
        how = "写 channel: call 或 chat；有渠道列的写 columns: {channel: 列名}，认不出的值写进 channels"
        yield f"  在映射文件（--map）里{how}"


def _by_channel(rule: Rule) -> bool:
    """True where a rule or one of its conditions holds in one channel alone."""
    inner = (one for root in conditions_of(rule) for one in walk(root) if isinstance(one, Scoped))
    return rule.channel is not None or any(one.scope.channel for one in inner)
