"""``cscheck rules``: the rules of packs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from ..categories import load_categories
from ..pack import load_packs
from ..rule import Rule
from .options import Packs, faults


def rules(
    pack: Packs = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the rules (规则) of packs with category, severity and norms."""
    with faults():
        library = load_packs(pack or ["base"])
    rows = [*_rows(library.rules)]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not sys.stdout.isatty():
        for row in rows:
            print(
                *(row[key] for key in ("id", "title", "category", "severity")),
                ",".join(map(str, row["norms"])),
                sep="\t",
            )
        return
    Console().print(_table(rows))


def _rows(listed: Iterable[Rule]) -> Iterator[dict[str, Any]]:
    """Yield what ``--json`` tells of each rule."""
    categories = load_categories()
    for rule in listed:
        yield {
            "id": rule.id,
            "title": rule.title,
            "category": rule.category,
            "category_title": categories.of(rule.polarity)[rule.category].title,
            "polarity": rule.polarity,
            "severity": rule.severity,
            "fatal": rule.fatal,
            "pack": rule.pack,
            "norms": list(rule.norms),
            "advice": rule.advice,
            "place": f"{rule.path}:{rule.line}",
        }


def _table(rows: Iterable[dict[str, Any]]) -> Table:
    """Return the rules as a terminal shows them."""
    table = Table()
    for title in ("规则 rule", "标题", "类别 category", "级别", "规范 norms"):
        table.add_column(title, overflow="fold")
    for row in rows:
        severity = row["severity"] + (" 致命" if row["fatal"] else "")
        category = f"{row['category_title']} {row['category']}"
        table.add_row(row["id"], row["title"], category, severity, "\n".join(row["norms"]))
    return table
