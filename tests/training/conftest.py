"""Sentences to learn from: a few patterns of one category and of none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

WHAT = ("退款", "到货", "批贷", "换新", "发票", "装修", "成绩", "疗效", "维修", "升级", "签约", "落户")
FOR = ("我保证{}没问题", "{}包在我身上保证成", "保证{}一次成功")
AGAINST = ("我帮您查一下{}", "{}的进度稍后回您", "请问{}是哪一天申请的")


def lines() -> list[dict[str, object]]:
    """A construct for each thing talked about, with three sentences for promise and three for nothing."""
    return [
        {"text": form.format(what), "labels": labels, "construct": f"{what}{number}", "trade": "电商"}
        for what in WHAT
        for number, (forms, labels) in enumerate(((FOR, ["promise"]), (AGAINST, [])))
        for form in forms
    ]


@pytest.fixture
def sentences(tmp_path: Path) -> Callable[..., Path]:
    """Write rows as JSONL, by default the sentences above, and return the file."""

    def written(rows: list[dict[str, object]] | None = None, name: str = "talk.jsonl") -> Path:
        path = tmp_path / name
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in (lines() if rows is None else rows))
        path.write_text(text, "utf-8")
        return path

    return written
