"""``cscheck evaluate``: how well the rules do on labelled conversations."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from ..errors import InputError, Problem
from .options import Layout, Packs, faults, filled, mapping_of, tell

if TYPE_CHECKING:
    import pyarrow as pa

Row = Mapping[str, Any]
WIDTH = 150  # of tables in a pipe, where no terminal says its width
SHOWN = 12  # confusions
POLARITY_NAMES = {"forbidden": "不该说的", "required": "应有而未见的"}

Labelled = Annotated[
    list[str],
    typer.Argument(
        metavar="LABELLED...",
        help="Labelled conversations (标注): .jsonl .xlsx .csv .tsv .parquet",
        callback=filled,
    ),
]


def evaluate(
    labelled: Labelled,
    pack: Packs = None,
    layout: Layout = None,
    noise: Annotated[
        bool, typer.Option("--noise", help="Also measure with 5, 10 and 20 % of characters misheard (同音噪声).")
    ] = False,
    out: Annotated[
        str | None,
        typer.Option(
            "--out",
            help="Folder for the tables (Parquet and CSV); new, or that of an earlier run.",
            metavar="FOLDER",
            callback=filled,
        ),
    ] = None,
    excel: Annotated[bool, typer.Option("--excel", help="With --out: the tables as one workbook, too.")] = False,
) -> None:
    """Measure the rules on labelled conversations (评测).

    Precision (准确率), recall (召回率) and F1 with intervals, and a list of the misses; of a workbook whose findings
    were reviewed (复核结论), precision alone.
    """
    from ..evaluate.publish import publish
    from ..outfolder import refuse_foreign

    if excel and out is None:
        raise typer.BadParameter("--excel needs --out")
    inputs = sorted(set(labelled))
    with faults():
        if out is not None:
            refuse_foreign(Path(out), "evaluate")
        tables, record, rejected = _measured(inputs, pack or ["base"], layout, noise)
        if out is not None:
            publish(tables, Path(out), inputs, record, excel)
    (print if out is None else tell)(_shown({name: table.to_pylist() for name, table in tables.items()}, out))
    if rejected:
        print(f"{rejected} input rows rejected: empty or unusable turns", file=sys.stderr)


def _measured(
    inputs: list[str], packs: list[str], layout: list[str] | None, noise: bool
) -> tuple[dict[str, pa.Table], dict[str, Any], int]:
    """Return the tables, what to record of the run, and the number of rejected rows."""
    # imported here, so that the other commands do not load what only measuring needs
    from ..checker import Checker
    from ..evaluate import evaluate as measure
    from ..evaluate import noise_curve, read_labelled
    from ..evaluate.review import review_figures

    given, reviewed = read_labelled(inputs, mapping_of(layout))
    tables: dict[str, pa.Table] = {}
    record: dict[str, Any] = {}
    if given.conversations:
        checker = Checker(packs)
        tables = measure(checker, given.conversations, given.labels).to_arrow()
        if noise:
            tables["noise"] = noise_curve(checker, given.conversations, given.labels)
        record = {"packs": list(checker.packs), "pack_digest": checker.library.digest}
    elif noise:
        message = "--noise mishears labelled turns, and here are only reviewed findings (复核): leave it out"
        raise InputError(Problem(", ".join(inputs), 0, 0, "I138", message))
    if reviewed:
        tables |= {f"reviewed_{name}": table for name, table in review_figures(reviewed).items()}
    return tables, record, given.rejected


def _shown(tables: Mapping[str, list[Row]], out: str | None) -> str:
    """Return what a terminal shows of the tables, drawn for the one that standard output is."""
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    with console.capture() as shown:
        _show(console, tables, out)
    return shown.get().removesuffix("\n")


def _show(console: Console, tables: Mapping[str, list[Row]], out: str | None) -> None:
    from ..evaluate.measure import METHODS, SHARES

    for row in tables.get("summary", ()):
        console.print("\n".join(_summary(row)), highlight=False)
    for name, title, columns in _LAYOUTS:
        rows = [_told(row) for row in tables.get(name, ()) if _worth(name, row)]
        if rows:
            console.print(_table(title, columns, rows[:SHOWN] if name == "confusion" else rows))
    if "reviewed_categories" in tables:
        console.print(_overall(tables["reviewed_categories"]), highlight=False)
    methods = METHODS if "summary" in tables else {"precision": METHODS[SHARES]}
    told = "; ".join(f"{figure}: {method}" for figure, method in methods.items())
    console.print(f"95 % intervals (区间) – {told}", highlight=False)
    if "misses" in tables:
        where = f"see misses.csv in {out}" if out else "written with --out"
        console.print(f"{len(tables['misses'])} misses (漏判与误判): {where}", highlight=False)


def _summary(row: Row) -> Iterator[str]:
    what = "turns (话轮)" if row["polarity"] == "forbidden" else "conversations (会话)"
    polarity = f"{row['polarity']} ({POLARITY_NAMES[row['polarity']]})"
    yield f"{polarity}: {row['units']} {what} judged, {row['support']} violations"
    parts = ("f1", "F1"), ("precision", "precision"), ("recall", "recall"), ("macro_f1", "macro F1")
    yield "  " + " | ".join(f"{title} {_spread(row, name)}" for name, title in parts)
    share = _spread(row, "clean_flagged_share")
    yield f"  clean ones flagged {row['clean_flagged']}/{row['clean']} = {share}"


def _overall(rows: list[Row]) -> str:
    """Tell what all reviewed findings come to; those that are doubtful or open count neither way."""
    from ..evaluate.measure import share

    right, wrong, doubtful = (sum(row[name] for row in rows) for name in ("tp", "fp", "doubtful"))
    precision = _spread(share("precision", right, right + wrong), "precision")
    unsure = f"，存疑 {doubtful}" if doubtful else ""
    return f"复核 {right + wrong + doubtful} 条，属实 {right}，误判 {wrong}{unsure}，准确率 {precision}"


def _told(row: Row) -> Row:
    """Return a row with the Chinese titles behind categories that are confused."""
    from ..categories import load_categories

    known = load_categories().forbidden
    titles = {key: f"{row[key]} {known[row[key]].title}" for key in ("gold", "found") if row.get(key) in known}
    return {**row, **titles}


def _worth(name: str, row: Row) -> bool:
    """What a terminal shows: judged categories, rules that fire, true confusions; the files hold all."""
    if name == "categories":
        return row["support"] is not None
    if name == "rules":
        return bool(row["hits"])
    if name == "confusion":
        return bool(row["gold"] != row["found"])
    return True


def _table(title: str, columns: Mapping[str, str], rows: list[Row]) -> Table:
    table = Table(title=title, title_justify="left")
    for head in columns.values():
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row, name) for name in columns))
    return table


def _cell(row: Row, name: str) -> str:
    if f"{name}_low" in row:
        return _spread(row, name)
    value = row[name]
    if value is None:
        return "NA"
    if isinstance(value, bool):
        return "是" if value else ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _spread(row: Row, name: str) -> str:
    value, low, high = row[name], row[f"{name}_low"], row[f"{name}_high"]
    if value is None:
        return "NA"
    return f"{value:.3f}" if low is None else f"{value:.3f} ({low:.2f}–{high:.2f})"


_FIGURES = {"precision": "precision 准确率", "recall": "recall 召回率", "f1": "F1"}
_COUNTS = {"support": "support", "tp": "tp", "fp": "fp", "fn": "fn"}
_VERDICTS = {"findings": "命中", "tp": "属实", "fp": "误判", "doubtful": "存疑", "open": "未复核"}
_REVIEW = _VERDICTS | {"precision": "precision 准确率"}
_LAYOUTS = (
    ("categories", "类别 categories", {"category": "category", "title": "类别", **_COUNTS, **_FIGURES}),
    (
        "rules",
        "规则 rules",
        {
            "rule_id": "rule",
            "title": "规则",
            "hits": "hits",
            "coverage": "coverage 覆盖率",
            "alone": "alone",
            "redundant": "多余",
        }
        | {"tp": "tp", "fp": "fp", "precision": "precision 准确率", "recall": "recall 召回率"},
    ),
    ("confusion", "混淆 confusion", {"gold": "gold 标注", "found": "found 命中", "turns": "turns"}),
    (
        "noise",
        "同音噪声 noise",
        {"level": "level", "heard": "遍数", "polarity": "polarity", **_FIGURES, "clean_flagged_share": "clean flagged"},
    ),
    (
        "reviewed_categories",
        "复核 reviewed, by category",
        {"category": "category", "category_title": "类别", **_REVIEW},
    ),
    (
        "reviewed_rules",
        "复核 reviewed, by rule",
        {"rule_id": "rule", "title": "规则", "category_title": "类别", **_REVIEW},
    ),
)
