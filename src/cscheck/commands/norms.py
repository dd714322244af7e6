"""``cscheck norms``: the norms of the register and the rules that stand on them."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ..coverage import coverage
from ..norms import load_norms
from ..pack import load_packs
from .options import PACK, faults, filled


def norms(
    pack: Annotated[
        list[str] | None,
        typer.Option("--pack", help=f"{PACK} Without it: all.", metavar="PACK", callback=filled),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the norms (规范) with their rules, or why there is none."""
    with faults():
        library = load_packs(pack or ["all"])
    found = coverage(load_norms(), library.rules)
    if as_json:
        print(json.dumps([asdict(norm) for norm in found], ensure_ascii=False, indent=2))
        return
    if not sys.stdout.isatty():
        for norm in found:
            print(norm.id, norm.title, norm.status, ",".join(norm.rules) or norm.reason, sep="\t")
        return
    table = Table()
    for title in ("规范 norm", "标题", "状态 status", "规则 rules"):
        table.add_column(title, overflow="fold")
    for norm in found:
        table.add_row(norm.id, norm.title, norm.status, "\n".join(norm.rules) or norm.reason)
    Console().print(table)
