"""How long patterns may take: which are refused, and which run under the clock."""

from __future__ import annotations

import pytest

from cscheck.parser import parse
from cscheck.ways import attacks, catastrophe, heavy, light


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("(.*,){12}", "{12}"),
        ("(您好|您|好)+", "+"),
        ("(保证?)*", "*"),
        ("((退|款)+.)+", "+"),
        ("我(.{0,3}好){10,}", "{10,}"),
        ("好(?=(的+)+吗)", "+"),
        ("好(?!(的+)+吗)", "+"),
        ("好(?=(的|的的)+吗)", "+"),
        ("(?<=(.*,)*的)好", "*"),
    ],
)
def test_catastrophic_patterns_are_refused(source: str, why: str) -> None:
    """A repetition whose body matches texts of several lengths can split one text in too many ways."""
    told = f"the repetition {why} stands on a part that itself matches texts of several lengths"
    assert catastrophe(parse(source)) == told


@pytest.mark.parametrize(
    "source", ["保证.{0,8}退款", "(您好|再见)+", "[您你]+", "(.{0,3}好){2}", "(退|款)*", ".*保证.*"]
)
def test_plain_patterns_are_accepted(source: str) -> None:
    """Repetitions of one character or of alternatives that are no beginnings of each other are harmless."""
    assert catastrophe(parse(source)) is None


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("保证", False),
        ("保证.{0,90}到", False),
        ("保证+.*到", False),  # one repetition without end shares out a turn in as many ways as it has characters
        ("保.*证.*到", False),
        ("保.*证.*到.*货", True),  # three of them, in millions
        ("保.*证.*到(.*货)?", True),
        ("(.*货|.*.*.*款)到", True),  # the worst alternative
        ("(保.{0,20}){3}", False),
        ("(保.{0,20}){5}", True),  # each round has its own ways
        ("(保证?){4}", False),
        ("(保证?){30}", True),
        ("(保|证){30}", False),
        ("保(?=.*证.*到.*货)", True),  # a look-around takes as long as what it looks for
        ("保.*证(?!.*到.*货)", True),
        ("保.*证(?!.*到)", False),
    ],
)
def test_patterns_with_many_ways_to_match_are_heavy(source: str, verdict: bool) -> None:
    """What can share out a turn in more than some hundred thousand ways runs under the clock."""
    assert heavy(parse(source)) is verdict


def test_attacks_are_long_texts_of_the_patterns_own_pieces() -> None:
    """Lint's attack texts repeat what the pattern matches and end in what it cannot match."""
    texts = attacks(parse("(保证|承诺).{1,4}退"), length=10)
    assert texts[0] == "保证的的退保证的的退\0"
    assert "保证保证保证保证保证\0" in texts
    assert {len(text) for text in texts} == {11}


def test_attacks_know_what_a_look_around_looks_for() -> None:
    """What stands in a look-around is repeated too."""
    assert attacks(parse("好(?=的吗)"), length=6)[0] == "好的吗好的吗\0"


@pytest.mark.parametrize(
    ("source", "verdict"), [("保证.{0,90}到", True), ("保.*证", True), ("保.*证.*到", False), ("(保证?){4}", True)]
)
def test_light_patterns_need_no_clock(source: str, verdict: bool) -> None:
    """A pattern of at most one repetition without end takes as long as the turn is, however long that is."""
    assert light(parse(source)) is verdict


def test_ways_beyond_all_numbers_are_heavy() -> None:
    """Repetitions within repetitions may have more ways than a float can hold; that is no crash."""
    assert heavy(parse("保证(((a{0,9}b{0,9}c{0,9}){9}){9}){9}"))
