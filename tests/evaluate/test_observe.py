"""Observing: many conversations are checked together as each would be alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cscheck import Checker
from cscheck.errors import InputError
from cscheck.evaluate import Labelled
from cscheck.evaluate.observe import observe
from cscheck.model import Conversation, Turn

Label = Callable[..., Labelled]


def test_many_are_checked_as_each_alone(checker: Checker) -> None:
    """Checking many at once gives the findings, scores and explanations of checking one by one, in their order."""
    talk = [
        Conversation(f"c{n}", (Turn("agent", text),)) for n, text in enumerate(["打包票", "不敢打包票", "您好", ""])
    ]
    together = list(checker.check_many(talk))
    alone = [checker.check(one) for one in talk]
    assert [one.findings for one in together] == [one.findings for one in alone]
    assert [one.explanation for one in together] == [one.explanation for one in alone]


def test_the_conversation_at_fault_is_named(checker: Checker) -> None:
    """A text that is not valid Unicode is told with its conversation, also among many."""
    talk = [Conversation(name, (Turn("agent", text),)) for name, text in (("a", "好"), ("b", "好\ud800"))]
    with pytest.raises(InputError) as caught:
        list(checker.check_many(talk))
    assert str(caught.value).startswith("b: [I121] ")


def test_findings_stand_beside_labels(checker: Checker, labelled: Label) -> None:
    """A unit holds what was given, what was looked for and agreed on, and the rules that fired, judged or not."""
    given = labelled(("亲爱哒，打包票没问题", {"insult"}), ("好", set()), disputed={0: {"promise"}})
    first, second = (one.units for one in observe(checker, given))
    assert first[0].rules == {"style": {"own.dear"}, "promise": {"own.promise", "own.sure"}}
    assert (first[0].gold, first[0].found, first[0].disputed) == ({"insult"}, frozenset(), True)
    assert "promise" not in first[0].judged and "insult" in first[0].judged
    assert (second[0].place, second[0].rules, second[0].disputed) == (1, {}, False)


def test_what_was_found_missing_belongs_to_the_conversation(checker: Checker, labelled: Label) -> None:
    """A missing greeting is no finding of a turn."""
    (one,) = observe(checker, labelled(("说", set())))
    assert [finding.rule_id for finding in one.verdict.findings] == ["own.greeting"]
    assert one.units[0].rules == {}
