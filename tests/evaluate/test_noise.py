"""Noise: characters of agent turns are replaced by ones that sound alike, the same in every run."""

from __future__ import annotations

from pathlib import Path

import pytest

from cscheck.evaluate.noise import Homophones, load_homophones, noisy
from cscheck.model import Conversation, Turn

TALK = Conversation("c", (Turn("agent", "这里是客户服务中心，请问有什么可以帮您？OK"), Turn("customer", "我要退款", 1)))


@pytest.fixture
def sounds(tmp_path: Path) -> Homophones:
    """A table in which 福, 服 and 浮 sound alike (浮 is never heard), 客 stands alone."""
    (tmp_path / "readings.tsv").write_text("# 读音\nfu\t福服浮\t覆\nke\t客\n", encoding="utf-8")
    (tmp_path / "pairs.tsv").write_text("# 字对\n福\t气利分\n服\t务\n客\t户\n", encoding="utf-8")
    return load_homophones(tmp_path)


def heard(level: float, seed: int = 0, talk: Conversation = TALK) -> Conversation:
    (found,) = noisy([talk], level, load_homophones(), seed)
    return found


def test_a_character_becomes_another_of_its_sound(sounds: Homophones) -> None:
    """At level 1 each character with a homophone is replaced; one without, or that no one uses, stays."""
    (found,) = noisy([Conversation("c", (Turn("agent", "客服福浮啊"),))], 1.0, sounds)
    assert found.turns[0].text == "客福服浮啊"


def test_common_characters_are_heard_more_often(tmp_path: Path) -> None:
    """A character that many others follow stands in for its homophones more often than a rare one."""
    (tmp_path / "readings.tsv").write_text("fu\t福服浮\n", encoding="utf-8")
    (tmp_path / "pairs.tsv").write_text("福\t气\n服\t务装从役\n浮\t" + "云" * 16 + "\n", encoding="utf-8")
    (found,) = noisy([Conversation("c", (Turn("agent", "福" * 1000),))], 1.0, load_homophones(tmp_path))
    assert found.turns[0].text.count("福") == 0
    assert 700 < found.turns[0].text.count("浮") < 900  # 16 of 20


def test_only_han_characters_of_agents_change() -> None:
    """Customers, punctuation and Latin letters stay, and no turn changes its length."""
    found = heard(1.0)
    assert found.turns[1] == TALK.turns[1]
    assert found.turns[0].text[9] == "，" and found.turns[0].text.endswith("？OK")
    assert len(found.turns[0].text) == len(TALK.turns[0].text)


def test_levels_are_nested() -> None:
    """What is replaced at a low level is replaced by the same character at a higher one; at 0 nothing is."""
    plain, low, high = TALK.turns[0].text, heard(0.3).turns[0].text, heard(0.8).turns[0].text
    changed = [place for place, character in enumerate(plain) if low[place] != character]
    assert changed and all(high[place] == low[place] for place in changed)
    assert sum(a != b for a, b in zip(plain, high, strict=True)) > len(changed)
    assert heard(0.0) == TALK


def test_a_seed_decides() -> None:
    """The same seed gives the same noise whatever stands around the conversation; another seed another one."""
    other = Conversation("before", (Turn("agent", "您好"),))
    assert list(noisy([other, TALK], 0.5, load_homophones(), 7))[1] == heard(0.5, 7)
    assert heard(0.5, 7) != heard(0.5, 8)
