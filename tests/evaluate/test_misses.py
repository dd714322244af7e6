"""The table of misses: every difference between labels and findings, with what explains it."""

from __future__ import annotations

from collections.abc import Callable

from cscheck import Checker
from cscheck.evaluate import Labelled, evaluate

Label = Callable[..., Labelled]


def test_a_false_alarm_shows_its_rules_and_words(checker: Checker, labelled: Label) -> None:
    """A false alarm names each rule that fired and the words it stands on."""
    given = labelled(("打包票没问题", set()))
    assert evaluate(checker, given.conversations, given.labels).misses.to_pylist() == [
        {
            **{"conversation_id": "c0", "turn_index": 0, "kind": "false_alarm", "polarity": "forbidden"},
            **{"category": "promise", "title": "绝对化承诺", "gold": [], "found": ["promise"], "text": "打包票没问题"},
            "rules": ["own.promise", "own.sure"],
            "evidence": ["own.promise “打包票”", "own.sure “打包票没问题”"],
        }
    ]


def test_a_miss_shows_what_was_let_go(checker: Checker, labelled: Label) -> None:
    """A miss names the candidates of its category that were suppressed, with the reason, and no others."""
    given = labelled(("这事不敢打包票", {"promise", "insult"}))
    found = evaluate(checker, given.conversations, given.labels).misses.to_pylist()
    assert [(row["kind"], row["category"], row["evidence"]) for row in found] == [
        ("missed", "insult", []),
        ("missed", "promise", ["own.promise “打包票” suppressed: own_negated"]),
    ]


def test_words_are_those_of_the_original(checker: Checker, labelled: Label) -> None:
    """What folding deletes or changes stands in the table as it was written."""
    given = labelled(("不敢打\u200b包票", {"promise"}))
    (found,) = evaluate(checker, given.conversations, given.labels).misses.to_pylist()
    assert found["evidence"] == ["own.promise “打\u200b包票” suppressed: own_negated"]


def test_agreement_is_no_miss(checker: Checker, labelled: Label) -> None:
    """Where labels and findings agree the table is empty."""
    given = labelled(("打包票", {"promise"}), ("好的", set()))
    assert evaluate(checker, given.conversations, given.labels).misses.num_rows == 0
