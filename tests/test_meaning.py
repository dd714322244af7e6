"""What the words mean: the worked example of the design, judged by the shipped base pack.

Each row is one agent turn (or one burst). Where the row says that something is *not* taken for what it looks like,
a twin row shows the real thing, so that a pack that finds nothing at all cannot pass.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cscheck import Checker

COMPLAINT = ("customer", "东西是坏的，太差了，我要投诉你们")


@pytest.fixture(scope="module")
def checker() -> Checker:
    """The shipped base pack."""
    return Checker(packs=["base"])


def forbidden(checker: Checker, said: Sequence[str]) -> set[str | None]:
    """Return the categories of the forbidden things found in the agent's turns, the customer having asked before."""
    talk = [("customer", "我想问一下"), *(("agent", text) for text in said)]
    return {found.category for found in checker.check(talk).findings if found.polarity == "forbidden"}


def missing(
    checker: Checker, talk: Sequence[tuple[str, str]], category: str, channel: str | None = None
) -> bool | None:
    """Tell whether a required thing is missing; None where it was not due."""
    checked = checker.check(talk, channel=channel)
    rules = {rule.id for rule in checker.library.rules if (rule.polarity, rule.category) == ("required", category)}
    if rules <= {absent.rule_id for absent in checked.assessment.verdict.not_applicable}:
        return None
    return any(found.rule_id in rules for found in checked.findings)


@pytest.mark.parametrize(
    ("said", "category"),
    [
        (["我们保证三天到货"], "promise"),
        (["不好意思，我们保证三天到货"], "promise"),  # the 不 of 不好意思 negates nothing
        (["没关系，我们保证三天到货"], "promise"),
        (["差不多吧，我们保证三天到货"], "promise"),
        (["不好意思我们保证三天到货"], "promise"),
        (["没关系我们保证三天到货"], "promise"),
        (["我们不能不保证三天到货"], "promise"),  # negated twice
        (["难道还要我求您吗"], "challenge"),  # a rhetorical question keeps the offence
        (["这个真办不了"], "refuse"),
        (["办不了。"], "refuse"),
    ],
)
def test_what_is_an_offence(checker: Checker, said: list[str], category: str) -> None:
    """What is asserted is found under its category."""
    assert category in forbidden(checker, said)


@pytest.mark.parametrize(
    "said",
    [
        ["我们不能保证三天到货"],  # negated
        ["谁也不敢保证"],
        ["保证金已经退给您了"],  # inside a word
        ["您要保证手机畅通"],  # the customer's obligation
        ["您是说我们保证过三天到吗"],  # asked and reported
        ["我保证帮您跟进"],  # effort, not outcome
        ["肯定会尽力"],
        ["这个真办不了，不过我帮您换个办法"],  # an alternative follows
        ["办不了。", "我给您申请个补偿吧"],  # the burst of one side is judged together
        ["不好意思"],
        ["没关系"],
        ["差不多"],
        ["绝对不起作用"],
        ["您好像没付款"],
    ],
)
def test_what_is_none(checker: Checker, said: list[str]) -> None:
    """What is negated, reported, asked, meant for the customer or made good is no offence of any category."""
    assert forbidden(checker, said) == set()


@pytest.mark.parametrize(
    ("said", "verdict"), [("绝对不起作用", True), ("对不起，是我们的问题", False), ("真的对不起", False)]
)
def test_what_is_an_apology(checker: Checker, said: str, verdict: bool) -> None:
    """对不起 in 绝对不起作用 is cut by the word boundary: the apology that is due stays missing."""
    assert missing(checker, [COMPLAINT, ("agent", said)], "apology") is verdict


@pytest.mark.parametrize(
    ("said", "verdict"), [("您好像没付款", True), ("您好，您没付款", False), ("您好没付款是吗", False)]
)
def test_what_is_a_greeting(checker: Checker, said: str, verdict: bool) -> None:
    """您好 in 您好像 is cut: the greeting stays missing."""
    talk = [("customer", "在吗"), ("agent", said), ("customer", "我看看"), ("agent", "好的")]
    assert missing(checker, talk, "greeting") is verdict


@pytest.mark.parametrize(("channel", "verdict"), [("call", True), ("chat", None), (None, None)])
def test_an_offer_of_help_is_due_in_calls(checker: Checker, channel: str | None, verdict: bool | None) -> None:
    """Who has said in a chat what he wants need not be asked; on the telephone the agent asks all the same."""
    talk = [("customer", "我要退货，尺码不对"), ("agent", "您好，单号报一下"), ("customer", "123"), ("agent", "好的")]
    assert missing(checker, talk, "offer_help", channel) is verdict
    assert missing(checker, [talk[0], ("agent", "您好，请问有什么可以帮您"), *talk[2:]], "offer_help", "call") is False
