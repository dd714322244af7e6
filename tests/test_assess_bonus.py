"""What was done earns: from the rules over a conversation to the bonus of each agent's part."""

from __future__ import annotations

import pytest

from cscheck import Checker
from cscheck.model import Turn

TURNS = [
    Turn("customer", "我的快递怎么还没到，急死我了", 0),
    Turn("agent", "您好，很抱歉给您添麻烦了，我来处理", 1, "7001"),
    Turn("customer", "到底哪天能到", 2),
    Turn("agent", "我们保证明天到货", 3, "7001"),
    Turn("customer", "好吧", 4),
    Turn("agent", "感谢您的理解，再见", 5, "7002"),
]


@pytest.mark.parametrize(
    ("scheme", "bonuses"), [("standard", [0, 0]), ("encourage", [200, 100]), ("add_only", [6364, 7143])]
)
def test_each_agent_earns_what_that_agent_said(scheme: str, bonuses: list[int]) -> None:
    """The apology is the first agent's bonus, the thanks the second's; in add_only each has a share of own duties."""
    parts = Checker("base", scheme).check(TURNS, channel="chat").assessment.parts
    assert [part.agent_id for part in parts] == ["7001", "7002"]
    assert [part.score.bonus for part in parts] == bonuses
