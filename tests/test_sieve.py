"""The sieve: what is let through is what a turn's characters and literals allow, no less and little more."""

from __future__ import annotations

import numpy as np
import pytest

from cscheck.entries import Entry, entries_of
from cscheck.normalize import fold_many
from cscheck.parser import parse
from cscheck.sieve import build_sieve


def passed(sources: list[str], texts: list[str]) -> list[tuple[int, str]]:
    """Return the turns that the sieve lets through, with the pattern, as a scan of their literals would ask it."""
    owners: list[tuple[str, Entry]] = [(source, entry) for source in sources for entry in entries_of(parse(source))]
    literals = sorted({literal for _, entry in owners for literal in entry.literals})
    sieve = build_sieve([entry for _, entry in owners], {literal: index for index, literal in enumerate(literals)})
    folded = fold_many(texts)
    standing = [(turn, n) for turn, text in enumerate(texts) for n, literal in enumerate(literals) if literal in text]
    turns, numbers = np.array(standing, np.int64).reshape(-1, 2).T
    found = sieve.passed(folded.codes, folded.starts, turns, numbers)
    return [(turn, owners[entry][0]) for turn, entry in zip(*(column.tolist() for column in found), strict=True)]


@pytest.mark.parametrize(
    ("source", "texts", "through"),
    [
        ("我们.{0,4}[到退]", ["我们三天到", "到我们", "我们", "到"], [0, 1]),  # the word and the character stand there
        ("[您你][敢等]", ["你敢", "敢不敢惹你", "等你", "您等"], [0, 3]),  # side by side, in this order
        ("^(好|行)[的吧]?$", ["好的", "好的呢", "行", "的", ""], [0, 2]),  # nothing else in the turn
        ("不(行|成)$", ["不行", "不行吧", "那不成"], [0, 2]),  # at the end
        ("(^|,)不", ["不", "我不", "我,不"], [0, 2]),  # at a beginning
        ("[a-z]\\d", ["a1", "好"], [0, 1]),  # nothing is known of a wide class
    ],
)
def test_what_passes(source: str, texts: list[str], through: list[int]) -> None:
    """A turn passes where it holds the literal and fulfils the needs of the pattern."""
    assert passed([source], texts) == [(turn, source) for turn in through]


def test_pairs_come_in_order_of_turns_then_entries() -> None:
    """However the entries wait, for a literal or for none, the pairs are sorted and each stands once."""
    sources = ["保证到货", "[您你][敢等]", "保证退款"]
    assert passed(sources, ["你敢保证到货保证到货", "保证退款", "您等"]) == [
        (0, sources[0]), (0, sources[1]), (1, sources[2]), (2, sources[1]),
    ]  # fmt: skip


def test_many_entries_without_literals_keep_their_places() -> None:
    """More of them than a machine word has bits are told apart."""
    chars = [chr(0x4E00 + 3 * index) for index in range(150)]
    assert passed([f"[{char}][^{char}]" for char in chars], [f"{chars[70]}好", chars[149] + "好"]) == [
        (0, f"[{chars[70]}][^{chars[70]}]"), (1, f"[{chars[149]}][^{chars[149]}]"),
    ]  # fmt: skip


def test_no_entries_let_nothing_through() -> None:
    """A sieve of nothing passes nothing, whatever is scanned."""
    assert passed([], ["您好", ""]) == []
