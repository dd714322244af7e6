"""Likeness: the fillings of one template are alike, other sentences are not."""

from __future__ import annotations

from cscheck.training.likeness import alike

THINGS = ("宽带", "手机套餐", "空调", "退款", "发票", "驾校", "路由器", "违约金")
TEMPLATES = ("我保证{}没问题", "放心，{}包在我身上", "我帮您查一下{}", "请问{}是哪一天办的")


def test_fillings_of_a_template_are_alike() -> None:
    """Four templates with eight fillings are four groups."""
    groups = alike([template.format(thing) for template in TEMPLATES for thing in THINGS])
    assert groups == [number for number in range(4) for _ in THINGS]


def test_what_is_said_otherwise_is_not_alike() -> None:
    """Two ways of saying one thing are two groups; the same text is one, also of a single character."""
    assert alike(["好", "我保证三天到货", "好", "您放心，后天准能收到"]) == [0, 1, 0, 2]
    assert alike([]) == []
