"""The conversation that the documentation works through by hand scores what is said there."""

from __future__ import annotations

from pathlib import Path

import pytest

from cscheck import Checker

TALK = """\
客户：我的快递怎么还没到，急死我了
客服：您好，很抱歉给您添麻烦了，我来处理
客户：到底哪天能到
客服：我们保证明天到货
客户：昨天你们也这么说
客服：今天不一样，保证明天送到
客户：真的吗
客服：保证明天到货，催什么催
客户：万一没到呢
客服：不会的，保证明天到货
客户：好吧
客服：感谢您的理解，再见"""
TURNS = [({"客户": "customer", "客服": "agent"}[line[:2]], line[3:]) for line in TALK.split("\n")]
OWN = """\
extends: standard
title: 售后评分方案
dimension_weights: {conduct: 1.5}
categories:
  required:
    empathy: {points: 6}
rules:
  banned.promise.absolute: {cap: 12}
"""


@pytest.mark.parametrize(
    ("own", "score", "deductions"),
    [
        (None, 73.0, {"courtesy": 600, "taboo": 500, "conduct": 1500, "process": 100, "timing": 0}),
        (OWN, 74.0, {"courtesy": 800, "taboo": 500, "conduct": 1200, "process": 100, "timing": 0}),
    ],
    ids=["standard", "own"],
)
def test_the_worked_example(tmp_path: Path, own: str | None, score: float, deductions: dict[str, int]) -> None:
    """By the shipped scheme it scores 73, by the scheme that extends it 74, with the deductions that are listed."""
    path = tmp_path / "own.yaml"
    path.write_text(own or "", encoding="utf-8")
    checked = Checker("base", path if own else "standard").check(TURNS, channel="chat")
    (part,) = checked.assessment.parts
    assert (checked.score, part.score.deductions) == (score, deductions)
    assert (part.score.band, part.score.passed) == ("合格", True)
    promises = [finding.points for finding in checked.findings if finding.rule_id == "banned.promise.absolute"]
    assert promises == [7.5 if own else 5.0] * 4
