"""The examples and look-alikes of the norm register come out as the register says, but for a few known misses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from cscheck import Checker
from cscheck.model import Conversation
from cscheck.norms import load_norms

ENTRIES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "norms" / "examples.yaml").read_bytes())
KINDS = ("found", "clean")
MOST_MISSES = 0.05


def items(entry: dict[str, Any]) -> Iterator[tuple[str, Any, str | None]]:
    """Yield each item of a norm: its kind, its talk, and why it is a known miss."""
    for kind in KINDS:
        for item in entry.get(kind, ()):
            if isinstance(item, dict):
                yield kind, item["talk"], item["known_miss"]
            else:
                yield kind, item, None


@pytest.fixture(scope="module")
def checker() -> Checker:
    """A checker with every shipped pack, so that the look-alikes of a norm meet the rules of all trades."""
    return Checker(packs=["all"])


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["norm"])
def test_examples_are_found_and_lookalikes_are_not(
    entry: dict[str, Any], checker: Checker, talk: Callable[..., Conversation]
) -> None:
    """A rule that names the norm finds what breaks it and nothing else; a known miss that is mended must be said so."""
    norm = load_norms()[entry["norm"]]
    channel = None if norm.channel == "both" else norm.channel
    wrong = []
    for kind, said, known_miss in items(entry):
        findings = checker.check(talk(said, channel)).findings
        rules = [finding.rule_id for finding in findings if norm.id in finding.norms]
        if (bool(rules) == (kind == "found")) == bool(known_miss):
            wrong.append((kind, said, rules, known_miss))
    assert wrong == []


def test_known_misses_are_few() -> None:
    """At most one item in twenty comes out wrong, and each of these gives its reason."""
    every = [known_miss for entry in ENTRIES for _, _, known_miss in items(entry)]
    misses = [known_miss for known_miss in every if known_miss is not None]
    assert all(misses)
    assert len(misses) <= MOST_MISSES * len(every)


def test_no_norm_and_no_item_is_left_out() -> None:
    """Every norm of these groups that shows in the text and is bound to no other trade has its eight items."""
    wanted = {
        norm.id
        for norm in load_norms().values()
        if norm.id.split(".")[0] in ("courtesy", "taboo", "banned")
        and norm.observable == "text"
        and norm.pack in ("core", "taobao")
    }
    counts = {entry["norm"]: len(list(items(entry))) for entry in ENTRIES}
    assert len(wanted) == 57
    assert counts == dict.fromkeys(wanted, 8)
